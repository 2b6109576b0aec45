"""The audit of a scan: copied notes, use of codes, the audit report, samples for a human auditor."""
