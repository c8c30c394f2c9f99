// Inside our shadow root; colours and sizes that depend on options are set as variables on the host element.
export const FULL_SCREEN = "(max-width:480px),(max-height:480px)";

export const STYLES = `
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button { border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
.launcher, .teaser, .panel {
  position: fixed;
  z-index: 2147483000;
  bottom: calc(var(--gap) + env(safe-area-inset-bottom));
  font: 15px/1.5 system-ui, sans-serif;
}
.right { right: var(--gap); }
.left { left: var(--gap); }
.launcher {
  width: 56px;
  height: 56px;
  padding: 15px;
  border-radius: 50%;
  background: var(--brand);
  color: var(--on-brand);
  box-shadow: 0 6px 20px #10182840;
}
:focus-visible { outline: 3px solid var(--brand); outline-offset: 3px; }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.badge {
  position: absolute;
  top: -4px;
  right: -4px;
  min-width: 22px;
  padding: 0 6px;
  border-radius: 11px;
  background: #c62828;
  color: #fff;
  font: 600 12px/22px system-ui;
}
.panel {
  margin-bottom: 68px;
  width: 400px;
  height: 680px;
  max-width: calc(100vw - 2 * var(--gap));
  max-height: calc(100vh - 2 * var(--gap) - 68px);
  border-radius: 18px;
  background: var(--surface);
  box-shadow: 0 6px 20px #10182840;
  overflow: hidden;
  visibility: hidden;
  opacity: 0;
}
.panel.open { visibility: visible; opacity: 1; }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
.teaser {
  margin-bottom: 68px;
  display: flex;
  border-radius: 16px;
  background: #fff;
  color: #182230;
  box-shadow: 0 6px 20px #10182840;
}
.say { padding: 10px 0 10px 16px; text-align: start; }
.dismiss { width: 44px; padding: 14px; }
@media ${FULL_SCREEN} {
  .panel {
    inset: 0;
    margin: 0;
    width: 100vw;
    max-width: none;
    height: 100dvh;
    max-height: none;
    border-radius: 0;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
  }
  .launcher.open { display: none; }
}
@media (prefers-reduced-motion: no-preference) { .panel { transition: .15s; } }
@media print { * { display: none; } }
`;
