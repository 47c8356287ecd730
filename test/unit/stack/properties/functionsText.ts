/**
 * Functions of the generated scenarios. Nothing is taken for granted: calls may fail, and a socket may be nonblocking
 * because another thread or WSAEventSelect has made it so. What overlapped receives bring is logged, because the trace of
 * the call has only its length.
 */
export const functions = `
function failed(value) { return slice(text(value), 0, 3) == "WSA" }
function later(value) { return value == WSAEWOULDBLOCK }
function gaveUp() {
  log "gave up"
  return "WSA silence"
}
function silent(ready) { return failed(ready) or ready.count == 0 }

function part(s, most, how) {
  if how == "overlapped" {
    let o = WSAOVERLAPPED(WSACreateEvent())
    let started = try WSARecv(s, most, 0, o)
    if failed(started) and started != WSA_IO_PENDING { return started }
    let got = try WSAGetOverlappedResult(s, o, true)
    if not failed(got) { log "received", text(got) }
    return got
  }
  if how == "select" { try select([s], [], [], 50ms) }
  if how == "events" {
    let e = WSACreateEvent()
    try WSAEventSelect(s, e, FD_READ | FD_CLOSE)
    WSAWaitForMultipleEvents([e], false, 20ms)
    try WSAEnumNetworkEvents(s, e)
    let got = try recv(s, most)
    try WSAEventSelect(s, NULL, 0)
    try ioctlsocket(s, FIONBIO, 0)
    return got
  }
  return try recv(s, most)
}
function take(s, count, how) {
  let left = count
  while left > 0 {
    let got = part(s, left, how)
    if later(got) {
      if silent(try select([s], [], [], 600s)) { return gaveUp() }
    }
    else {
      if failed(got) { return got }
      if got.length == 0 { return "WSA end" }
      left -= got.length
    }
  }
  return 0
}
function takeEnd(s) {
  while true {
    let got = try recv(s, 10)
    if later(got) {
      if silent(try select([s], [], [], 600s)) { return gaveUp() }
    }
    else {
      if failed(got) { return got }
      if got.length == 0 { return 0 }
    }
  }
}

function piece(s, data, how) {
  if how == "overlapped" {
    // Two at once: they keep their order.
    let half = data.length / 2
    let first = WSAOVERLAPPED(WSACreateEvent())
    let second = WSAOVERLAPPED(WSACreateEvent())
    let started = try WSASend(s, slice(data, 0, half), 0, first)
    if failed(started) and started != WSA_IO_PENDING { return started }
    let rest = try WSASend(s, slice(data, half), 0, second)
    let sent = try WSAGetOverlappedResult(s, first, true)
    if not failed(rest) or rest == WSA_IO_PENDING { rest = try WSAGetOverlappedResult(s, second, true) }
    if failed(sent) { return sent }
    if failed(rest) { return rest }
    return sent + rest
  }
  if how == "nonblocking" { try ioctlsocket(s, FIONBIO, 1) }
  if how == "events" {
    let e = WSACreateEvent()
    try WSAEventSelect(s, e, FD_WRITE | FD_CLOSE)
    let sent = try send(s, data)
    if later(sent) {
      WSAWaitForMultipleEvents([e], false, 20ms)
      try WSAEnumNetworkEvents(s, e)
      sent = try send(s, data)
    }
    try WSAEventSelect(s, NULL, 0)
    try ioctlsocket(s, FIONBIO, 0)
    return sent
  }
  return try send(s, data)
}
function put(s, data, how) {
  let at = 0
  let result = 0
  while at < data.length and not failed(result) {
    let sent = piece(s, slice(data, at), how)
    if later(sent) {
      if silent(try select([], [s], [], 600s)) { result = gaveUp() }
    }
    else {
      if failed(sent) { result = sent }
      else { at += sent }
    }
  }
  if how == "nonblocking" { try ioctlsocket(s, FIONBIO, 0) }
  return result
}
function putUrgent(s, byte) {
  let sent = try send(s, bytes(byte), MSG_OOB)
  while later(sent) {
    if silent(try select([], [s], [], 600s)) { return gaveUp() }
    sent = try send(s, bytes(byte), MSG_OOB)
  }
  if failed(sent) { return sent }
  return 0
}
function takeUrgent(s) {
  let pause = 50ms
  while pause < 600s {
    let got = try recv(s, 1, MSG_OOB)
    if not failed(got) { return 0 }
    if got != WSAEINVAL and got != WSAEWOULDBLOCK { return got }
    try select([], [], [s], pause)
    pause += pause
  }
  return "WSA no urgent data"
}

function anybody() { return CF_ACCEPT }
function accepted(listener, how, family) {
  if how == "event" {
    let e = WSACreateEvent()
    try WSAEventSelect(listener, e, FD_ACCEPT)
    WSAWaitForMultipleEvents([e], false, 100s)
    try WSAEnumNetworkEvents(listener, e)
    try WSAEventSelect(listener, NULL, 0)
    try ioctlsocket(listener, FIONBIO, 0)
  }
  let ready = try select([listener], [], [], 100s)
  if failed(ready) { return ready }
  if ready.count == 0 { return "WSA nobody" }
  let s = NULL
  if how == "AcceptEx" {
    s = socket(family)
    let done = try AcceptEx(listener, s, 0)
    if failed(done) { return done }
    try setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener)
    return s
  }
  if how == "condition" { s = try WSAAccept(listener, anybody) }
  else { s = try accept(listener) }
  if not failed(s) { try ioctlsocket(s, FIONBIO, 0) }
  return s
}
function connected(s, to, from, how) {
  if how == "ConnectEx" {
    let bound = try bind(s, from)
    if failed(bound) { return bound }
    return try ConnectEx(s, to)
  }
  if how == "select" {
    ioctlsocket(s, FIONBIO, 1)
    let begun = try connect(s, to)
    if later(begun) {
      let ready = try select([], [s], [s], 100s)
      if failed(ready) { return ready }
      if ready.count == 0 { return WSAETIMEDOUT }
      if ready.writefds.length == 0 { return WSAECONNREFUSED }
      begun = 0
    }
    try ioctlsocket(s, FIONBIO, 0)
    return begun
  }
  if how == "event" {
    let e = WSACreateEvent()
    WSAEventSelect(s, e, FD_CONNECT)
    let begun = try connect(s, to)
    if later(begun) {
      let woken = WSAWaitForMultipleEvents([e], false, 100s)
      if woken != 0 { return WSAETIMEDOUT }
      let happened = WSAEnumNetworkEvents(s, e)
      begun = happened.iErrorCode[FD_CONNECT_BIT]
    }
    try WSAEventSelect(s, NULL, 0)
    try ioctlsocket(s, FIONBIO, 0)
    return begun
  }
  return try connect(s, to)
}
`;
