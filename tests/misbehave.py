#!/usr/bin/env python3
"""A small OSRM server that misbehaves on demand, for the tests; standard library only.

    misbehave.py serve LOG PORTFILE [PEM] until it is ended; a line of JSON in LOG for each request; PEM (certificate and
                                         key): by TLS
    misbehave.py measure FILE COMMAND... runs a command; writes "seconds peak_kB" to FILE; its exit code
    misbehave.py proxy TO PORTFILE LOG SECONDS [hide]
                                         hands on TCP to port TO; each part of an answer waits so long; a line in LOG
                                         for each answer; hide: data_version goes by another name

The first part of a request's path says what is to go wrong: http://HOST:PORT/FAULT~RUN/table/v1/...; RUN tells
apart programs of the same fault, for those that depend on how many requests came before.  Before FAULT may
stand "route-" or "table-" (only this service is faulty) or "third-" (only every third request of a run).
"none" is a sane server: times and distances by a formula from the coordinates, so that they can be foretold.
"noversion" has no data_version.  Asked as a proxy (with a whole address) it answers as that host.  The faults are the functions fault_NAME, with their comments.

Not here: what a client has to make of it (faults.bats), a real server (osrm_restart.sh).
SPDX-License-Identifier: GPL-3.0-or-later
"""
import gzip
import json
import math
import os
import resource
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import zlib

VERSION = "2026-02-01T00:00:00Z"
HTML = b"<html><head><title>Welcome</title></head>\n<body>" + b"<p>Gateway\x1b[31m of the house\x00</p>\r\n" * 200
LOCK = threading.Lock()
COUNTS = {}  # requests of each run
BOMB = []  # made when first asked for


# ---- a sane OSRM ----

def metres(a, b):
    """Not the same both ways, as roads are."""
    x = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    y = b[1] - a[1]
    straight = 111195 * math.hypot(x, y)
    return round(straight * (1.3 if x > 0 else 1.4) + (25 if straight > 0 else 0), 1)


def seconds(a, b):
    return round(metres(a, b) / 7.5, 1)


def waypoint(p, distance=3.5):
    return {"name": "High Street", "location": list(p), "distance": distance}


def table(points, rows, columns):
    rows = range(len(points)) if rows is None else rows
    columns = range(len(points)) if columns is None else columns
    return {"code": "Ok",
            "durations": [[seconds(points[i], points[j]) for j in columns] for i in rows],
            "distances": [[metres(points[i], points[j]) for j in columns] for i in rows],
            "sources": [waypoint(points[i]) for i in rows],
            "destinations": [waypoint(points[j]) for j in columns]}


def leg(a, b):
    middle = [round((a[0] + b[0]) / 2, 6), round((a[1] + b[1]) / 2 + 0.0001, 6)]
    steps = [{"name": "High Street", "distance": metres(a, b), "duration": seconds(a, b), "mode": "driving",
              "maneuver": {"type": "depart", "location": list(a)},
              "geometry": {"type": "LineString", "coordinates": [list(a), middle, list(b)]}},
             {"name": "High Street", "distance": 0, "duration": 0, "mode": "driving",
              "maneuver": {"type": "arrive", "location": list(b)},
              "geometry": {"type": "LineString", "coordinates": [list(b), list(b)]}}]
    return {"duration": seconds(a, b), "distance": metres(a, b), "summary": "", "steps": steps}


def route(points):
    legs = [leg(a, b) for a, b in zip(points, points[1:])]
    return {"code": "Ok", "waypoints": [waypoint(p) for p in points],
            "routes": [{"duration": sum(x["duration"] for x in legs), "distance": sum(x["distance"] for x in legs),
                        "legs": legs}]}


def positions(text):
    return None if text in (None, "", "all") else [int(i) for i in text.split(";")]


class Request:
    """One request, read from the wire.  `points` is None where it makes no sense."""

    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        self.host = urllib.parse.urlsplit(target).netloc  # as of a proxy; else empty
        path, _, query = target[target.find("/", len("http://")):].partition("?") if self.host else target.partition("?")
        parts = path.split("/")
        self.run = parts[1] if len(parts) > 1 else ""
        self.service = parts[2] if len(parts) > 2 else ""
        self.points = self.rows = self.columns = self.sides = None
        try:
            if method == "POST":
                asked = json.loads(body)
                self.points = [tuple(p) for p in asked["coordinates"]]
                self.rows, self.columns = asked.get("sources"), asked.get("destinations")
                self.sides = asked.get("approaches")
            else:
                options = dict(urllib.parse.parse_qsl(query))
                self.points = [tuple(float(x) for x in p.split(",")) for p in parts[5].split(";")]
                self.rows, self.columns = positions(options.get("sources")), positions(options.get("destinations"))
                self.sides = options["approaches"].split(";") if "approaches" in options else None
        except (ValueError, KeyError, IndexError, TypeError):
            pass

    def answer(self):
        if self.points is None:
            return {"code": "InvalidUrl", "message": "URL string malformed"}
        if self.service == "table":
            return table(self.points, self.rows, self.columns)
        if self.service == "route":
            return route(self.points)
        return {"code": "Ok", "waypoints": [waypoint(p) for p in self.points]}


class Talk:
    """One request and the ways to reply to it."""

    def __init__(self, connection, request, count):
        self.connection, self.request, self.count = connection, request, count
        self.version = VERSION

    def honest(self):
        answer = self.request.answer()
        if self.version and answer["code"] == "Ok":
            answer["data_version"] = self.version
        return answer

    def raw(self, data):
        self.connection.sendall(data)

    def reply(self, body, status="200 OK", headers=(), length=None):
        """body: bytes, or what is written as JSON; length: what Content-Length says (-1: nothing)."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        lines = ["HTTP/1.1 " + status, "Content-Type: application/json"] + list(headers)
        if length != -1:
            lines.append("Content-Length: %d" % (len(body) if length is None else length))
        self.raw("\r\n".join(lines + ["", ""]).encode() + body)
        return length is None

    def sane(self):
        answer = self.honest()
        return self.reply(answer, "200 OK" if answer["code"] == "Ok" else "400 Bad Request")


# ---- the faults: each replies, and says whether the connection goes on ----

def fault_none(t):
    return t.sane()


def fault_noversion(t):
    t.version = ""
    return t.sane()


def fault_silent(t):
    """Takes the question and never answers."""
    time.sleep(60)
    return False


def fault_e500(t):
    """HTTP 500 with a perfect body."""
    return t.reply(t.honest(), "500 Internal Server Error")


def fault_chunked(t):
    body = json.dumps(t.honest()).encode()
    t.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for i in range(0, len(body), 77):
        part = body[i:i + 77]
        t.raw(b"%x;note={\r\n%s\r\n" % (len(part), part))
    t.raw(b"0\r\nX-Trailer: {\r\n\r\n")
    return True


def fault_brace(t):
    """A header that looks like the beginning of JSON."""
    return t.reply(t.honest(), headers=['X-Debug: {"code": "Error", "durations": [[', "Server: {"])


def fault_html(t):
    """A portal's page, with 200."""
    return t.reply(HTML)


def fault_html404(t):
    return t.reply(HTML, "404 Not Found")


def fault_half(t):
    """Ends half-way of what was announced."""
    body = json.dumps(t.honest()).encode()
    return t.reply(body[:len(body) // 2], length=len(body))


def fault_halfopen(t):
    """The same, with nothing announced."""
    body = json.dumps(t.honest()).encode()
    return t.reply(body[:len(body) // 2], length=-1)


def fault_nomessage(t):
    return t.reply({"code": "InvalidQuery"}, "400 Bad Request")


def fault_nocode(t):
    return t.reply({"message": "no luck today"}, "400 Bad Request")


def fault_okwithoutcode(t):
    answer = t.honest()
    del answer["code"]
    return t.reply(answer)


def fault_message(t):
    """A message full of control characters, and long."""
    return t.reply({"code": "InvalidOptions\n\x1b[2J", "message": "bad\r\nTIPRUN: all is well\x1b[31m" * 500},
                   "400 Bad Request")


def fault_shortrow(t):
    answer = t.honest()
    if "durations" in answer:
        answer["durations"][-1].pop()
    return t.reply(answer)


def fault_fewrows(t):
    answer = t.honest()
    if "durations" in answer:
        answer["durations"].pop()
    return t.reply(answer)


def fault_toobig(t):
    """Like --max-table-size 4 --max-viaroute-size 3."""
    r, n = t.request, len(t.request.points)
    cells = (len(r.rows) if r.rows else n) * (len(r.columns) if r.columns else n)
    if (r.service == "table" and cells > 16) or (r.service == "route" and n > 3):
        return t.reply({"code": "TooBig", "message": "Too many coordinates"}, "400 Bad Request")
    return t.sane()


def fault_alwaystoobig(t):
    return t.reply({"code": "TooBig", "message": "Too many coordinates"}, "400 Bad Request")


def without_road(t, keys):
    """No road from the second-last place to the last: where both are in the answer."""
    answer, r = t.honest(), t.request
    if r.service == "table" and t.count > 1:
        for key in keys:
            answer[key][-1][0] = None
    return t.reply(answer)


def fault_nullcell(t):
    return without_road(t, ("durations", "distances"))


def fault_halfnull(t):
    return without_road(t, ("durations",))


CUT_OFF, NEIGHBOUR = (-0.1347, 51.5201), (-0.1365, 51.5136)  # reports of instances/tiny


def fault_kerb(t):
    """On the kerb side one place is joined with its neighbour only; on either side with all."""
    r = t.request
    side = dict(zip(r.points, r.sides or []))
    if side.get(CUT_OFF) != "curb":
        return t.sane()
    answer = t.honest()
    if r.service == "route":
        return t.reply({"code": "NoRoute", "message": "Impossible route between points"}, "400 Bad Request")
    rows = range(len(r.points)) if r.rows is None else r.rows
    columns = range(len(r.points)) if r.columns is None else r.columns
    for i, a in enumerate(rows):
        for j, b in enumerate(columns):
            if a != b and CUT_OFF in (r.points[a], r.points[b]) and NEIGHBOUR not in (r.points[a], r.points[b]):
                for key in ("durations", "distances"):
                    answer[key][i][j] = None
    return t.reply(answer)


def fault_nodistances(t):
    answer = t.honest()
    answer.pop("distances", None)
    return t.reply(answer)


def fault_nodurations(t):
    answer = t.honest()
    answer.pop("durations", None)
    return t.reply(answer)


def snap_far(t, which):
    answer = t.honest()
    for key in ("sources", "destinations", "waypoints"):
        for entry in answer.get(key, []):
            if which(entry["location"]):
                entry["distance"] = 30000.0
                entry["location"] = [entry["location"][0], round(entry["location"][1] + 0.27, 6)]
    return t.reply(answer)


def fault_far(t):
    """The northernmost place of each question is put 30 km away."""
    north = max(p[1] for p in t.request.points)
    return snap_far(t, lambda at: at[1] == north)


def fault_elsewhere(t):
    """A map of another town: all is 30 km away."""
    return snap_far(t, lambda at: True)


def fault_drip(t):
    """A byte a second."""
    t.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    for _ in range(60):
        time.sleep(1)
        t.raw(b" ")
    return False


def fault_dripheader(t):
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 60:
        t.raw(bytes([byte]))
        time.sleep(1)
    return False


def fault_reset(t):
    """Half of the body, then a reset of the connection."""
    body = json.dumps(t.honest()).encode()
    t.reply(body[:len(body) // 2], length=len(body))
    time.sleep(0.1)
    t.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def fault_hangup(t):
    """Closes without a byte."""
    return False


def fault_redirect(t):
    return t.reply(b"", "302 Found", ["Location: " + t.request.target])


def fault_redirectaway(t):
    """To another host; credentials must not follow."""
    return t.reply(b"", "307 Temporary Redirect", ["Location: http://127.0.0.2:9/elsewhere"])


def fault_shortlength(t):
    body = json.dumps(t.honest()).encode()
    return t.reply(body, length=len(body) - 40)


def fault_longlength(t):
    body = json.dumps(t.honest()).encode()
    return t.reply(body, length=len(body) + 40)


def fault_huge(t):
    """200 MB of JSON without an end."""
    t.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n{"code": "Ok", "durations": [[')
    block = b"1.5, " * 20000
    for _ in range(2097):
        t.raw(block)
    return False


def fault_hugechunked(t):
    """The same, with nothing announced."""
    t.raw(b'HTTP/1.1 200 OK\r\n\r\n{"code": "Ok", "durations": [[')
    block = b"[" * 100000
    for _ in range(2097):
        t.raw(block)
    return False


def fault_hugeheader(t):
    t.raw(b"HTTP/1.1 200 OK\r\n")
    for i in range(30000):
        t.raw(b"X-Header-%d: " % i + b"a" * 1000 + b"\r\n")
    return False


def fault_gzip(t):
    """Packed, where the client takes it."""
    if "gzip" not in t.request.headers.get("accept-encoding", ""):
        return t.sane()
    return t.reply(gzip.compress(json.dumps(t.honest()).encode()), headers=["Content-Encoding: gzip"])


def fault_gzipanyway(t):
    return t.reply(gzip.compress(json.dumps(t.honest()).encode()), headers=["Content-Encoding: gzip"])


def fault_cutgzip(t):
    packed = gzip.compress(json.dumps(t.honest()).encode())
    return t.reply(packed[:len(packed) // 2], headers=["Content-Encoding: gzip"])


def packed_bomb():
    with LOCK:
        if not BOMB:
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            block = b" " * (1 << 20)
            BOMB.append(packer.compress(b'{"code": "Ok", ') + b"".join(packer.compress(block) for _ in range(400)) +
                        packer.flush())
    return BOMB[0]


def fault_bomb(t):
    """A few hundred kB that unpack to 400 MB."""
    return t.reply(packed_bomb(), headers=["Content-Encoding: gzip"])


def fault_utf8(t):
    body = json.dumps(t.honest()).encode().replace(b"High Street", b"High \xff\xfe Street")
    return t.reply(body)


def fault_nul(t):
    return t.reply(json.dumps(t.honest()).encode()[:-1] + b"\x00}")


def fault_close(t):
    """One answer a connection, as it says."""
    t.reply(t.honest(), headers=["Connection: close"])
    return False


def fault_closequiet(t):
    """One answer a connection, without a word."""
    t.sane()
    return False


def spoil(t, value):
    """A cell of the table, or a leg's time, as this text."""
    answer = t.honest()
    if "durations" in answer:
        answer["durations"][-1][0] = "@"
    else:
        answer.get("routes", [{"legs": [{}]}])[0]["legs"][0]["duration"] = "@"
    return t.reply(json.dumps(answer).replace('"@"', value).encode())


def fault_nan(t):
    return spoil(t, "NaN")


def fault_infinite(t):
    return spoil(t, "1e999")


def fault_negative(t):
    return spoil(t, "-17")


def fault_large(t):
    return spoil(t, "123456789012")


def fault_text(t):
    return spoil(t, '"12"')


def fault_diagonal(t):
    """A place as far from itself as the moon; nobody drives there."""
    answer = t.honest()
    for i, row in enumerate(answer.get("durations", [])):
        if len(row) == len(answer["durations"]):
            row[i] = 999
    return t.reply(answer)


def fault_429(t):
    if t.count in (1, 3):
        return t.reply(b"", "429 Too Many Requests", ["Retry-After: 1"])
    return t.sane()


def fault_429long(t):
    return t.reply(b"", "429 Too Many Requests", ["Retry-After: 3600"])


def fault_429absurd(t):
    return t.reply(b"", "429 Too Many Requests", ["Retry-After: 99999999999999999999999"])


def fault_429date(t):
    return t.reply(b"", "429 Too Many Requests", ["Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"])


def fault_429past(t):
    if t.count % 2:
        return t.reply(b"", "429 Too Many Requests", ["Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"])
    return t.sane()


def fault_429words(t):
    if t.count % 2:
        return t.reply(b"", "429 Too Many Requests", ["Retry-After: -5 {soon}"])
    return t.sane()


def fault_busy(t):
    """502 and 503 first, then good."""
    if t.count <= 2:
        return t.reply(HTML, ("502 Bad Gateway", "503 Service Unavailable")[t.count - 1])
    return t.sane()


def fault_timeout504(t):
    if t.count == 2:
        return t.reply(HTML, "504 Gateway Timeout")
    return t.sane()


def fault_alwaysbusy(t):
    return t.reply(HTML, "503 Service Unavailable")


def fault_empty(t):
    return t.reply(b"")


def fault_204(t):
    t.raw(b"HTTP/1.1 204 No Content\r\n\r\n")
    return True


def fault_array(t):
    return t.reply([t.honest()])


def fault_number(t):
    return t.reply(b"42")


def fault_deep(t):
    return t.reply(b'{"code": "Ok", "x": ' + b"[" * 100000 + b"]" * 100000 + b"}")


def fault_deepcells(t):
    return t.reply(b'{"code": "Ok", "durations": ' + b"[" * 100000 + b"]" * 100000 + b"}")


def fault_twice(t):
    """The same key twice, with other figures."""
    text = json.dumps(t.honest())
    return t.reply(text.replace('"durations": [[', '"durations": [[1]], "durations": [[', 1)
                   .replace('"code":', '"code": "Ok", "code":', 1).encode())


def fault_http09(t):
    t.raw(json.dumps(t.honest()).encode())
    return False


def fault_garbage(t):
    t.raw(bytes(range(256)) * 20)
    return False


def fault_ssh(t):
    t.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n")
    return False


def fault_getonly(t):
    if t.request.method != "GET":
        return t.reply(b"", "405 Method Not Allowed", ["Allow: GET"])
    return t.sane()


def fault_getonly400(t):
    """As osrm-routed before POST: it knows no such URL."""
    if t.request.method != "GET":
        return t.reply({"code": "InvalidUrl", "message": "URL string malformed close to position 20"},
                       "400 Bad Request")
    return t.sane()


def long_url(t, status):
    if t.request.method != "GET":
        return t.reply(b"", "405 Method Not Allowed")
    if len(t.request.target) > 330:
        return t.reply(HTML, status)
    return t.sane()


def fault_413(t):
    if t.request.method == "POST" and len(t.request.body) > 330:
        return t.reply(HTML, "413 Content Too Large")
    return t.sane()


def fault_414(t):
    return long_url(t, "414 URI Too Long")


def fault_431(t):
    return long_url(t, "431 Request Header Fields Too Large")


def fault_other(t):
    """The answer of a question with one place less."""
    r = t.request
    r.points, r.rows, r.columns = r.points[:-1], None, None
    return t.sane()


def fault_more(t):
    """The answer of a question with one place more."""
    r = t.request
    r.points, r.rows, r.columns = r.points + [(0.1, 51.5)], None, None
    return t.sane()


def fault_flip(t):
    """Another data_version in each answer."""
    t.version = "map %d" % t.count
    return t.sane()


def fault_oddversion(t):
    """A data_version that is no text for a line."""
    t.version = "2026-02-01\n\x1b[31m" + "x" * 5000
    return t.sane()


def fault_numberversion(t):
    answer = t.honest()
    answer["data_version"] = 42
    return t.reply(answer)


def fault_whoami(t):
    """As a sane server, for one who brings this token."""
    if t.request.headers.get("authorization") == "Bearer tok-of-the-car":
        return t.sane()
    return t.reply(HTML, "401 Unauthorized")


def fault_login(t):
    """Wants a name and a password."""
    if "authorization" in t.request.headers:
        return t.sane()
    return t.reply(HTML, "401 Unauthorized", ['WWW-Authenticate: Basic realm="roads"'])


def fault_echo(t):
    """Sends back what it was sent, as gateways do for debugging."""
    said = "; ".join("%s: %s" % pair for pair in sorted(t.request.headers.items()))
    return t.reply({"code": "InvalidQuery", "message": said}, "400 Bad Request")


FAULTS = {name[len("fault_"):]: f for name, f in list(globals().items()) if name.startswith("fault_")}


# ---- the wire ----

def read_request(stream):
    line = stream.readline(1 << 20).decode("latin-1").split()
    if len(line) < 2:
        return None
    headers = {}
    while True:
        text = stream.readline(1 << 20).decode("latin-1").rstrip("\r\n")
        if not text:
            break
        key, _, value = text.partition(":")
        headers[key.lower()] = value.strip()
    return Request(line[0], line[1], headers, stream.read(int(headers.get("content-length", 0))))


def choose(request, count):
    """The fault of this request, by the first part of its path."""
    name = request.run.split("~")[0]
    kind, _, rest = name.partition("-")
    if kind in ("route", "table") and rest:
        name = rest if request.service == kind else "none"
    if kind == "third" and rest:
        name = "none" if count % 3 else rest
    return FAULTS[name]


def serve_connection(connection, peer, log, tls):
    try:
        if tls:
            connection = tls.wrap_socket(connection, server_side=True)
    except OSError:
        connection.close()
        return
    stream = connection.makefile("rb")
    try:
        while True:
            request = read_request(stream)
            if not request:
                break
            with LOCK:
                COUNTS[request.run] = count = COUNTS.get(request.run, 0) + 1
                log.write(json.dumps({"run": request.run, "method": request.method, "service": request.service,
                                      "host": request.host, "count": count, "peer": peer[1], "headers": request.headers,
                                      "length": len(request.target) + len(request.body)}) + "\n")
                log.flush()
            if not choose(request, count)(Talk(connection, request, count)):
                break
    except (OSError, KeyError, TypeError, ValueError):
        pass
    finally:
        stream.close()
        connection.close()


def listen(path):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    with open(path + ".part", "w", encoding="ascii") as out:
        out.write(str(listener.getsockname()[1]))
    os.rename(path + ".part", path)
    return listener


def serve(log_path, port_path, pem=None):
    tls = None
    if pem:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)
    listener = listen(port_path)
    with open(log_path, "a", encoding="utf-8") as log:
        while True:
            connection, peer = listener.accept()
            threading.Thread(target=serve_connection, args=(connection, peer, log, tls), daemon=True).start()


def hand_on(source, target, log, pause, hide):
    """log: None on the way to the server."""
    try:
        while True:
            data = source.recv(1 << 16)
            if not data:
                break
            if log and b"HTTP/1." in data:
                with LOCK:
                    log.write("answer\n")
                    log.flush()
            time.sleep(pause)
            target.sendall(data.replace(b'"data_version"', b'"dato_version"') if hide else data)
    except OSError:
        pass
    for s in (source, target):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def proxy(to, port_path, log_path, pause, hide):
    listener = listen(port_path)
    with open(log_path, "a", encoding="ascii") as log:
        while True:
            near, _ = listener.accept()
            try:
                far = socket.create_connection(("127.0.0.1", to), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            threading.Thread(target=hand_on, args=(near, far, None, 0, False), daemon=True).start()
            threading.Thread(target=hand_on, args=(far, near, log, pause, hide), daemon=True).start()


def measure(path, command):
    begun = time.monotonic()
    code = subprocess.call(command)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with open(path, "w", encoding="ascii") as out:
        out.write("%d %d\n" % (time.monotonic() - begun, peak))
    return code if code >= 0 else 128 - code


def main(arguments):
    if arguments[:1] == ["serve"] and len(arguments) in (3, 4):
        serve(*arguments[1:])
    elif arguments[:1] == ["proxy"] and len(arguments) in (5, 6):
        proxy(int(arguments[1]), arguments[2], arguments[3], float(arguments[4]), arguments[5:] == ["hide"])
    elif arguments[:1] == ["measure"] and len(arguments) > 2:
        sys.exit(measure(arguments[1], arguments[2:]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        pass
