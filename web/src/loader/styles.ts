// Inside our shadow root; colours and sizes that depend on options are set as variables on the host element.
export const STYLES = `
*{box-sizing:border-box}
.launcher,.teaser,.panel{position:fixed;z-index:2147483000;font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
.launcher{bottom:calc(var(--gap) + env(safe-area-inset-bottom));width:56px;height:56px;padding:0;border:0;border-radius:50%;background:var(--brand);color:var(--on-brand);cursor:pointer;display:grid;place-items:center;box-shadow:0 6px 20px rgb(16 24 40/.25);transition:transform .15s;-webkit-tap-highlight-color:transparent}
.launcher:hover{transform:scale(1.05)}
:focus-visible{outline:3px solid var(--brand);outline-offset:3px}
.right{right:var(--gap)}.left{left:var(--gap)}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border:2px solid #fff;border-radius:11px;background:#c62828;color:#fff;font-size:12px;line-height:18px;font-weight:600}
.panel{bottom:calc(var(--gap) + 68px + env(safe-area-inset-bottom));width:400px;height:min(680px,100vh - var(--gap) - 88px);max-width:calc(100vw - 2*var(--gap));border:0;border-radius:18px;background:var(--surface);box-shadow:0 12px 48px rgb(16 24 40/.22),0 0 0 1px rgb(16 24 40/.08);overflow:hidden;visibility:hidden;opacity:0;transform:translateY(12px);transition:opacity .18s,transform .18s,visibility 0s .18s}
.panel.open{visibility:visible;opacity:1;transform:none;transition:opacity .18s,transform .18s}
iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}
.teaser{bottom:calc(var(--gap) + 70px + env(safe-area-inset-bottom));display:flex;align-items:center;max-width:min(280px,100vw - 2*var(--gap));border-radius:16px;background:#fff;color:#182230;box-shadow:0 6px 24px rgb(16 24 40/.18)}
.teaser button{border:0;background:none;color:inherit;font:inherit;cursor:pointer;min-height:44px;border-radius:16px}
.teaser .say{padding:10px 2px 10px 16px;text-align:start}
.teaser .dismiss{width:44px;flex:none;display:grid;place-items:center;color:#55617a}
.teaser svg{width:16px;height:16px}
[hidden]{display:none!important}
@media (max-width:480px),(max-height:480px){
.panel{inset:0;width:100vw;max-width:none;height:100vh;height:100dvh;border-radius:0;box-shadow:none;padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)}
.launcher.open{display:none}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{*{display:none!important}}`;

export const FULL_SCREEN = "(max-width:480px),(max-height:480px)";
