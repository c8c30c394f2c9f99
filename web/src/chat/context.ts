import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat, View } from "./chat.ts";
import type { Conversation } from "./state.ts";
import { useStore } from "./store.ts";
import { strings, type Strings } from "./strings.ts";

export const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("outside of ChatContext");
  return chat;
}

export const useView = <S>(select: (view: View) => S): S => useStore(useChat().view, select);

export const useConversation = <S>(select: (conversation: Conversation) => S): S =>
  useStore(useChat().conversation, select);

export const useTexts = (): Strings => strings(useView(({ locale }) => locale));
