// The parts of @chatui/core that we use. Its own types ask for React's; these say the same in Preact's.
declare module "@chatui/core/es/components/MessageContainer" {
  import type { ComponentChild, Ref, RefObject } from "preact";

  export interface MessageItem {
    _id: string;
    type: string;
    position?: "left" | "right";
    content?: { text: string };
    user?: { name: string };
    hasTime: false;
  }

  export interface MessageContainerHandle {
    ref: RefObject<HTMLDivElement>;
    scrollToEnd(options?: { animated?: boolean; force?: boolean }): void;
  }

  export function MessageContainer(props: {
    ref?: Ref<MessageContainerHandle>;
    messages: MessageItem[];
    isTyping: boolean;
    onScroll?: (event: Event) => void;
    renderMessageContent: (item: MessageItem) => ComponentChild;
  }): ComponentChild;
}

declare module "@chatui/core/es/components/ConfigProvider" {
  import type { ComponentChild, ComponentChildren } from "preact";
  export function ConfigProvider(props: {
    locale: "zh-CN" | "en-US";
    locales?: Record<string, Record<string, string>>;
    children: ComponentChildren;
  }): ComponentChild;
}

declare module "@chatui/core/es/components/Bubble" {
  import type { ComponentChild, ComponentChildren } from "preact";
  export function Bubble(props: { type?: string; lang?: string; children: ComponentChildren }): ComponentChild;
}

declare module "@chatui/core/es/components/Typing" {
  import type { ComponentChild } from "preact";
  export function Typing(): ComponentChild;
}

declare module "@chatui/core/es/hooks/useColorScheme" {
  export function useColorScheme(scheme: "light" | "dark" | "auto"): "light" | "dark";
}
