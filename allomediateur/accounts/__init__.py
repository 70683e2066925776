"""Who people are: one User, roles, signing in, idempotency keys.

Knows letters (notify) and nothing of mediators or appointments."""
