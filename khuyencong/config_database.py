"""How soon a PostgreSQL server that says nothing is given up, by libpq's own names; and how long a connection to a replica is kept."""

from typing import Final

# A primary that vanished without a word (power, cable) after ten seconds, not after the quarter of an hour of TCP.
PRIMARY_OPTIONS: Final = {
    "keepalives_idle": "5",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",  # milliseconds
}
# A replica that does not answer is left aside, and nobody waits long to find that out.
REPLICA_OPTIONS: Final = {"connect_timeout": "2", "tcp_user_timeout": "3000"}
REPLICA_KEPT: Final = 60  # seconds that a thread keeps its connection to a replica
