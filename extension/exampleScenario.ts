/** What “New Scenario” opens: the documented connect, small enough to be read at a glance. */
export const exampleScenario = `// Two machines on one SAN. Set a function breakpoint on WSPConnect and press F5.
san fabric 10.1.0.0/16 { latency 5us }

host alice {
  nic ib0 on fabric at 10.1.0.1
}

host bob {
  nic ib0 on fabric at 10.1.0.2
}

scenario "ping over the SAN" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let peer = accept(listener)
    expect recv(peer, 4) == "ping"
    send(peer, "pong")
    closesocket(peer)
    closesocket(listener)
  }

  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:7000)
    expect s.provider == "ib0"
    send(s, "ping")
    expect recv(s, 4) == "pong"
    closesocket(s)
  }
}
`;
