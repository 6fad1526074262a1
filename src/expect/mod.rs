//! Route expectations: what `routes.yaml` says in, and whether verdicts meet it out.
