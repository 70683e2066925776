"""The engine of the demo: nobody is written to, texts are kept to be read at /demo/courrier/sms/."""

from allomediateur.notify.channels.sms.engines import Sms


class Console:
    def send(self, sms: Sms) -> str:
        return f"console:{sms.mark}"

    def taken(self, sms: Sms) -> str:
        return ""
