"""The outbox: letters written in the transaction that causes them, delivered at least once.

Takes an address and a text; knows no one."""
