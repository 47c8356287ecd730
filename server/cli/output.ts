/**
 * Standard output and standard error. A reader that goes away (`sanflow … | head`) is no error: what is written then is
 * dropped, and the command still ends with its true exit status.
 */
export interface Output {
	readonly isTTY?: boolean | undefined;
	write(text: string): void;
}

/** A stream that survives its reader. */
export function patient(stream: NodeJS.WriteStream): Output {
	let isOpen = true;
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
		isOpen = false;
	});
	return {
		isTTY: stream.isTTY,
		write(text) {
			if (isOpen) stream.write(text);
		},
	};
}

export type Style = 'good' | 'bad' | 'warning' | 'dim' | 'bold';

/** Gives a text a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, number>> = { good: 32, bad: 31, warning: 33, dim: 2, bold: 1 };

/** Colours only where a person looks, and not where the environment forbids them (no-color.org). */
export function painterFor(output: Output, env: Readonly<Record<string, string | undefined>>): Paint {
	if (!output.isTTY || env.NO_COLOR || env.TERM === 'dumb') return (_style, text) => text;
	return (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m`;
}
