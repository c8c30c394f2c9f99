import { useTexts, useView } from "../context.ts";

export function OfflineBanner() {
  const texts = useTexts();
  const isOffline = useView(({ connection }) => connection === "offline");
  return (
    <div class="banner" role="status" hidden={!isOffline}>
      {isOffline && texts.offline}
    </div>
  );
}
