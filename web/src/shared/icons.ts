// Our few icons as path data on a 24 × 24 grid, drawn with a stroke.

// The loader's three by themselves, so that it carries no others.
export const CHAT = "M21 12a8.5 8.5 0 0 1-8.5 8.5c-1.5 0-2.9-.4-4.1-1L4 20.5l1-4.2A8.5 8.5 0 1 1 21 12Z";
export const CLOSE = "M6 6l12 12M18 6 6 18";
export const DOWN = "m6 9 6 6 6-6";

export const ICONS = {
  chat: CHAT,
  close: CLOSE,
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M5 12h13M12.5 5.5 19 12l-6.5 6.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  up: "M7 10.5v9.5H4v-9.5h3Zm0 0L11 3a2.5 2.5 0 0 1 2.5 2.8L13 9.5h5.3a2 2 0 0 1 2 2.3l-1.1 6.5a2 2 0 0 1-2 1.7H7",
  plus: "M12 5v14M5 12h14",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  check: "m5 12.5 4.5 4.5L19 7.5",
  star: "m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8L12 3.5Z",
  arrow: "M9 6l6 6-6 6",
  link: "M8 16 18 6M10 6h8v8",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.5 9.5h17M3.5 14.5h17M12 3c2.5 2.4 3.7 5.4 3.7 9s-1.2 6.6-3.7 9c-2.5-2.4-3.7-5.4-3.7-9S9.5 5.4 12 3Z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
  server: "M4 4.5h16v6H4zM4 13.5h16v6H4zM7.5 7.5v.01M7.5 16.5v.01",
  pin: "M12 21c4.5-4.6 6.8-8.100 6.8-11a6.8 6.8 0 0 0-13.6 0c0 2.9 2.3 6.4 6.8 11ZM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  calendar: "M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8M10 14l4 3.5M14 14l-4 3.5",
  swap: "M4 8.5h14M14.5 5 18 8.5 14.5 12M20 15.5H6M9.5 12 6 15.5 9.5 19",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20",
  steps: "M4 6.5l1.5 1.5L8 5M4 13l1.5 1.5L8 11.5M4 19.5 5.5 21 8 18M11.5 6.5H20M11.5 13H20M11.5 19.5H20",
} as const;

export type IconName = keyof typeof ICONS;
