"""Seeds or gets one torrent with libtorrent's default settings, as the JSON object in argv[1] says.

Prints one JSON object a line with an "event": listening, seeding, complete or stopped. What would leave
this machine is off (DHT, local discovery, port mapping), and so is uTP, which libtorrent would try
first and which is slower on loopback. Several peers may share an address, as they do on one machine.
"""

import json
import signal
import sys

import libtorrent as lt


def say(event, **fields):
    print(json.dumps({"event": event, **fields}, separators=(",", ":")), flush=True)


def leave(*_):
    raise SystemExit(0)


def main(orders):
    session = lt.session(
        {
            "listen_interfaces": "127.0.0.1:0",
            "alert_mask": lt.alert.category_t.status_notification
            | lt.alert.category_t.error_notification,
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_outgoing_utp": False,
            "enable_incoming_utp": False,
            "allow_multiple_connections_per_ip": True,
        }
    )
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(orders["torrentFile"])
    params.save_path = orders["dir"]
    # An auto-managed torrent waits for its turn first.
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    handle = session.add_torrent(params)
    if orders["peerPort"] is not None:
        handle.connect_peer(("127.0.0.1", orders["peerPort"]))
    say("listening", port=session.listen_port())
    is_done = False
    try:
        while True:
            session.wait_for_alert(100)
            for alert in session.pop_alerts():
                if isinstance(alert, (lt.torrent_error_alert, lt.file_error_alert)):
                    print(alert.message(), flush=True)
                    sys.exit(1)
            if not is_done and handle.status().is_seeding:
                is_done = True
                say("seeding" if orders["role"] == "seed" else "complete")
    finally:
        say("stopped", uploadedBytes=handle.status().total_payload_upload)


signal.signal(signal.SIGINT, leave)
signal.signal(signal.SIGTERM, leave)
main(json.loads(sys.argv[1]))
