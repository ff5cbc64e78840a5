"""The life of a trial as a picture, drawn from its table of statuses: Mermaid text for the documentation."""

from rmatrack.domain.trials import FIRST, NEXT, WORDS, TrialStatus


def status_diagram() -> str:
    """Return the state diagram, each status with its word, in the table's order."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {_name(status)}: {WORDS[status]}" for status in TrialStatus]
    lines += [f"    [*] --> {_name(status)}" for status in TrialStatus if status in FIRST.values()]
    for status in TrialStatus:
        targets = NEXT[status]
        lines += [f"    {_name(status)} --> {_name(target)}" for target in TrialStatus if target in targets]
        if not targets:
            lines.append(f"    {_name(status)} --> [*]")
    return "\n".join(lines) + "\n"


def _name(status: TrialStatus) -> str:
    return status.value.replace("-", "_")
