/** Scenarios that the tests of the data checks run. */

const topology = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob   { nic ib0 on fabric at 10.1.0.2 }
host carol { nic ib0 on fabric at 10.1.0.3 { rdmaRead off } }
`;

/** A server on bob and a client on alice (or two other hosts), connected over the SAN. */
export function connected(
	serve: string,
	use: string,
	options: {
		readonly server?: 'bob' | 'carol';
		readonly items?: string;
		readonly more?: string;
		readonly connect?: 'try connect';
	} = {},
): string {
	const server = options.server ?? 'bob';
	const address = server === 'bob' ? '10.1.0.2:7000' : '10.1.0.3:7000';
	return `${topology}
	scenario "test" {
		${options.items ?? ''}
		thread ${server}.server {
			let l = socket()
			bind(l, ${address})
			listen(l, 4)
			let p = accept(l)
			${serve}
			closesocket(l)
		}
		thread alice.client {
			sleep 100us
			let s = socket()
			${options.connect ?? 'connect'}(s, ${address})
			${use}
		}
		${options.more ?? ''}
	}`;
}

export const smallBothWays = connected(
	'expect recv(p, 5, MSG_WAITALL) == "hello"\n send(p, "thanks")\n sleep 1ms\n closesocket(p)',
	'send(s, "hello")\n expect recv(s, 6, MSG_WAITALL) == "thanks"\n sleep 1ms\n closesocket(s)',
);

export const largeRead = connected(
	'expect recv(p, 20000, MSG_WAITALL) == fill(20000, 7)\n sleep 1ms\n closesocket(p)',
	'send(s, fill(20000, 7))\n closesocket(s)',
);

export const largeWrite = connected(
	'expect recv(p, 20000, MSG_WAITALL) == fill(20000, 7)\n sleep 1ms\n closesocket(p)',
	'send(s, fill(20000, 7))\n closesocket(s)',
	{ server: 'carol' },
);

/** Bob ends sending, and closes later; alice, still connected, hears of both. */
export const urgentAndShutdown = connected(
	'sleep 1ms\n expect recv(p, 5, MSG_WAITALL) == "hello"\n expect recv(p, 1, MSG_OOB) == "!"\n shutdown(p, SD_SEND)\n sleep 1ms\n closesocket(p)',
	'send(s, "hello")\n send(s, "!", MSG_OOB)\n expect recv(s, 5) == ""\n sleep 20ms\n closesocket(s)\n send(s, "x") -> WSAENOTSOCK',
);

/** A connected socket goes to a second process of alice, which uses it on. */
export const shared = connected(
	'expect recv(p, 5, MSG_WAITALL) == "hello"\n send(p, "one")\n expect recv(p, 5, MSG_WAITALL) == "world"\n send(p, "two")\n sleep 5ms\n closesocket(p)',
	'send(s, "hello")\n expect recv(s, 3, MSG_WAITALL) == "one"\n info = WSADuplicateSocket(s, second)\n sleep 10ms\n closesocket(s)',
	{
		items: 'let info = 0',
		more: `thread alice.child in process second {
			sleep 3ms
			let d = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, info)
			send(d, "world")
			expect recv(d, 3, MSG_WAITALL) == "two"
			sleep 20ms
			closesocket(d)
		}`,
	},
);

/** The same buffer is sent twice, given back, and sent again, through a provider that caches registrations. */
export const cachedBuffer = connected(
	'recv(p, 60000, MSG_WAITALL)\n sleep 20ms\n closesocket(p)',
	'let data = fill(20000, 7)\n send(s, data)\n send(s, data)\n VirtualFree(data)\n send(s, data)\n sleep 10ms\n closesocket(s)\n WSACleanup()',
	{ items: 'configure alice.ib0 { cache on }' },
);
