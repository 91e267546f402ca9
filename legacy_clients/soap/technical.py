"""Words of a service that were never meant for people: what a fault says of its own insides is not
passed on (SQL, stacks, files, hosts, secrets, markup).
"""

from __future__ import annotations

import re

# By what gives each away. A false alarm costs the words of one fault; its code is passed on.
SIGNS = {
    "SQL": r"\bORA-\d{5}|\bSQLSTATE\b|\bselect\b.{1,200}?\bfrom\b.{1,200}?\bwhere\b|\bselect \*"
    r"|\binsert\s+into\s+\S+\s*(\(|values|select)|\bdelete\s+from\s+\S+\s+where\b"
    r"|\bupdate\s+\S+\s+set\s+\S+\s*=|\b(foreign|primary|unique) key constraint\b"
    r"|\bunique constraint \(|\bsyntax error (at|near)\b",
    "a stack": r"\n\s*at\s+[\w$<]+[.(]|\bat [\w.$<>]+\(|\bTraceback \(most recent"
    r"|\bstack ?trace\b|--->|^\s*#\d+ .*[({]|\b[\w$]+\.[\w$.]*(Exception|Error|Fault)\b"
    r"|\bFatal error\b|\bUncaught\b",
    "a file": r"\b[A-Za-z]:\\|(?<![\w/])/[\w.-]+/[\w./-]*\.\w{2,4}\b"
    r"|(?<![\w/])/(var|usr|opt|home|etc|srv|tmp|mnt)/"
    r"|\w\.(java|php|cs|vb|py|jsp|aspx?)\W{0,2}(\bline\b|\d)",
    "a host": r"\b\d{1,3}(\.\d{1,3}){3}\b|\b[A-Za-z][\w-]*(\.[\w-]+)+:\d{2,5}\b|\bjdbc:|://"
    r"|\blocalhost\b",
    "a secret": r"\b(password|passwd|pwd)\s*=",
    "markup": r"</\w|<\?\w|<!|<\w+:\w|<\w+\s+[\w:-]+\s*=|<(html|body|script|pre|br)\b",
}
SIGN = re.compile("|".join(SIGNS.values()), re.IGNORECASE | re.MULTILINE | re.DOTALL)


def technical(words: str) -> bool:
    """Whether `words` hold what is for the service's own operators. `words` are bounded."""
    return SIGN.search(words) is not None
