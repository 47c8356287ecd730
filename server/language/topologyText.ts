/** Addresses of a NIC in one line. */

import type { Nic } from '../scenario/generated/ast';

export function addressLine(nic: Nic): string {
	return nic.addresses.map(({ text }) => text).join(', ');
}
