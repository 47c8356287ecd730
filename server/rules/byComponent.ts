/** Things of a component, by its number and a key of theirs: two look-ups by number instead of one by a made-up text. */
export class ByComponent<K, V> {
	private readonly maps: (Map<K, V> | undefined)[] = [];

	get(component: number, key: K): V | undefined {
		return this.maps[component]?.get(key);
	}

	set(component: number, key: K, value: V): void {
		let map = this.maps[component];
		if (!map) {
			map = new Map();
			this.maps[component] = map;
		}
		map.set(key, value);
	}

	delete(component: number, key: K): boolean {
		return this.maps[component]?.delete(key) ?? false;
	}

	*values(): Generator<V, void, void> {
		for (const map of this.maps) if (map) yield* map.values();
	}
}
