"""The audit: what becomes of each claim of an argument when it meets the case and its record.

Facts are held against the record (`facts`); conclusions are computed (`conclusions`) and get a witness on either side
(`witnesses`); premises are cut one by one (`premises`), which gives the argument map; `partings` says where several
arguments part, `disagreements` where sources do.
"""

from __future__ import annotations

from ceasefire.audit.audit import FIRST_LINE, Audit, audit_case

__all__ = ["FIRST_LINE", "Audit", "audit_case"]
