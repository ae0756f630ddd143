"""Seeds, gets or creates one torrent with libtorrent, as the JSON object in argv[1] says.

Prints one JSON object a line: {"event": "listening" | "seeding" | "complete" | "error" | "created"}.
Peers come from trackers and peer exchange only, so that a test stays on this machine.
"""

import json
import os
import signal
import sys
import time

import libtorrent as lt


def say(event, **fields):
    print(json.dumps({"event": event, **fields}, separators=(",", ":")), flush=True)


def create(orders):
    files = lt.file_storage()
    lt.add_files(files, orders["path"])
    flags = {
        "1": lt.create_torrent.v1_only,
        "2": lt.create_torrent.v2_only,
        "hybrid": 0,
    }[orders["version"]]
    torrent = lt.create_torrent(files, orders["pieceLength"], flags)
    for tier, url in enumerate(orders["trackers"]):
        torrent.add_tracker(url, tier)
    lt.set_piece_hashes(torrent, os.path.dirname(orders["path"]))
    with open(orders["output"], "wb") as out:
        out.write(lt.bencode(torrent.generate()))
    hashes = lt.torrent_info(orders["output"]).info_hashes()
    v2 = str(hashes.v2) if hashes.has_v2() else None
    say("created", infoHash=str(hashes.v1) if hashes.has_v1() else None, infoHashV2=v2)


def open_session(orders):
    return lt.session(
        {
            "listen_interfaces": "0.0.0.0:%d,[::]:%d" % (orders["port"], orders["port"]),
            "alert_mask": lt.alert.category_t.error_notification
            | lt.alert.category_t.status_notification
            | lt.alert.category_t.peer_notification
            | lt.alert.category_t.connect_notification
            | lt.alert.category_t.tracker_notification,
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_outgoing_utp": False,
            "enable_incoming_utp": False,
            # Several clients of a test share one address.
            "allow_multiple_connections_per_ip": True,
            "upload_rate_limit": orders["upLimit"],
            "download_rate_limit": orders["downLimit"],
        }
    )


def add(session, orders):
    source = orders["source"]
    if source.startswith("magnet:"):
        params = lt.parse_magnet_uri(source)
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(source)
    params.save_path = orders["dir"]
    # Auto-managed torrents wait for their turn, which would only slow a test down.
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    return session.add_torrent(params)


def run(orders):
    session = open_session(orders)
    handle = add(session, orders)
    say("listening", port=session.listen_port())
    is_done = False
    while True:
        session.wait_for_alert(200)
        for alert in session.pop_alerts():
            print(alert.what(), alert.message(), flush=True)
            if isinstance(alert, (lt.torrent_error_alert, lt.file_error_alert)):
                say("error", message=alert.message())
        status = handle.status()
        if not is_done and status.is_seeding:
            is_done = True
            say("seeding" if orders["role"] == "seed" else "complete", uploaded=status.total_upload)


def leave(*_):
    # The session's destructor announces that it left.
    raise SystemExit(0)


signal.signal(signal.SIGINT, leave)
signal.signal(signal.SIGTERM, leave)
orders = json.loads(sys.argv[1])
try:
    create(orders) if orders["role"] == "create" else run(orders)
except (RuntimeError, OSError) as error:
    say("error", message=str(error))
    time.sleep(0.1)
    sys.exit(1)
