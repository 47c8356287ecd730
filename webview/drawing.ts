/** A page's picture, ready for the list of pages, whoever drew it. */

/** Where a row stands in its page, px at zoom 1. */
export interface RowPlace {
	readonly top: number;
	readonly bottom: number;
	/** What draws it. */
	readonly elements: readonly SVGElement[];
}

/** Where a band's title stands in its page. */
export interface BandPlace {
	readonly title: string;
	readonly phase: string;
	readonly top: number;
	readonly bottom: number;
}

/** The bar of one activation. */
export interface Bar {
	/** px at zoom 1 */
	readonly top: number;
	readonly element: SVGElement;
}

export interface Drawing {
	readonly svg: SVGSVGElement;
	readonly height: number;
	/** Centre of each lifeline. */
	readonly lanes: readonly number[];
	/** From the left edge of the first lifeline's room to the right edge of the last one's. */
	readonly width: number;
	readonly rows: readonly RowPlace[];
	readonly bands: readonly BandPlace[];
	readonly bars: readonly Bar[];
}
