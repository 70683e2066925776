"""`python -m launch.throwaway COMMAND…`: run a command with an empty database and a folder that are gone afterwards."""

import os
import subprocess
import sys
import tempfile

from launch import postgres
from launch.errors import CannotStart


def main() -> int:
    folder = tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True)
    try:
        with folder as data_dir, postgres.throwaway() as url:
            own = {"DATABASE_URL": url, "DATA_DIR": data_dir, "DEMO": "1"}
            own |= {"SECRET_KEY": "throwaway", "MASTER_KEYS": "A" * 43}
            own |= {"DATABASE_REPLICA_URL": ""}  # of another database
            return subprocess.run(sys.argv[1:], env={**os.environ, **own}, check=False).returncode
    except CannotStart as sentence:
        print(f"\n{sentence}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
