// A value that components can watch.
import { useLayoutEffect, useState } from "preact/hooks";

export class Store<T> {
  private readonly watchers = new Set<() => void>();

  constructor(private value: T) {}

  get = (): T => this.value;

  set(value: T): void {
    if (value === this.value) return;
    this.value = value;
    for (const watcher of [...this.watchers]) watcher();
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}

/** The selected part of a store; renders again only when that part changes. */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S {
  const [, render] = useState({});
  const selected = select(store.get());
  useLayoutEffect(() => {
    let last = selected;
    const check = () => {
      const now = select(store.get());
      if (Object.is(now, last)) return;
      last = now;
      render({});
    };
    check();
    return store.watch(check);
  });
  return selected;
}
