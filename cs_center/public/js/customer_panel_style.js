// How the customer's page looks, in the colours of the theme that is on.
frappe.provide("cs_center.customer_panel");

cs_center.customer_panel.style = `<style>
.cs-customer { font-size: var(--text-base); line-height: 1.5; margin-bottom: var(--margin-md); }
.cs-customer ol { list-style: none; margin: 0; padding: 0; }
.cs-customer p { margin: 0 0 8px; }
.cs-quiet { color: var(--text-muted); }
.cs-who { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.cs-badge { display: inline-flex; align-items: center; gap: 8px; padding: 4px 14px; font-weight: 600; border-radius: 999px;
	font-size: var(--text-lg); color: var(--text-color); background: var(--control-bg); border: 1px solid var(--border-color); }
.cs-badge i { width: 10px; height: 10px; border-radius: 50%; background: var(--cs-tier, var(--gray-500)); }
.cs-agent .indicator { margin-right: 4px; }
.cs-numbers { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 8px 16px; margin-top: 12px; }
.cs-numbers div { line-height: 1.3; min-width: 0; }
.cs-numbers b { display: block; font-size: var(--text-xl, 18px); font-weight: 600; color: var(--text-color);
	font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.cs-numbers span { color: var(--text-muted); font-size: var(--text-sm); }
.cs-numbers .busy b { color: var(--text-on-orange, #ac4b0b); } .cs-numbers .late b { color: var(--text-on-red, #b52a2a); }
.cs-perks { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 10px; }
.cs-perks span { padding: 1px 10px; border-radius: 999px; background: var(--control-bg); color: var(--text-color);
	font-size: var(--text-sm); }
.cs-cards { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; margin: 14px 0 12px; align-items: start; }
.cs-cards > div { display: grid; gap: 12px; min-width: 0; }
.cs-customer section { border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); padding: 10px 14px;
	background: var(--fg-color); min-width: 0; }
.cs-customer h5 { display: flex; justify-content: space-between; gap: 12px; margin: 0 0 8px; font-size: var(--text-base);
	font-weight: 600; color: var(--heading-color, var(--text-color)); }
.cs-customer h5 span { font-weight: 400; }
.cs-customer table { width: 100%; } .cs-customer td { padding: 3px 10px 3px 0; vertical-align: top; }
.cs-customer td:last-child { padding-right: 0; text-align: right; white-space: nowrap; }
.cs-customer td:first-child { white-space: nowrap; }
.cs-customer .cs-text { width: 100%; max-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cs-customer .indicator-pill, .cs-customer td.cs-quiet { white-space: nowrap; }
.cs-amount { font-variant-numeric: tabular-nums; }
.cs-note { padding: 4px 10px; border-left: 3px solid var(--orange-400, #e8853a); background: var(--control-bg); }
.cs-tiers { display: grid; gap: 8px; }
.cs-tier-name { font-weight: 600; } .cs-tier-name .cs-quiet { font-weight: 400; }
.cs-met { color: var(--green-500, #29a36a); } .cs-unmet { color: var(--text-muted); }
.cs-threshold { font-size: var(--text-sm); font-variant-numeric: tabular-nums; margin-top: 2px; }
.cs-threshold > div:first-child { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; }
.cs-track { height: 6px; border-radius: 3px; background: var(--control-bg); overflow: hidden; }
.cs-track i { display: block; height: 100%; background: var(--blue-400, #4b9bf5); }
.cs-track i.met { background: var(--green-500, #29a36a); }
.cs-months { display: flex; gap: 4px; height: 72px; margin-bottom: 8px; }
.cs-months div { flex: 1; display: flex; flex-direction: column; justify-content: flex-end; text-align: center; min-width: 0; }
.cs-months i { display: block; border-radius: 2px 2px 0 0; background: var(--blue-400, #4b9bf5); }
.cs-months i.returned { background: var(--orange-400, #e8853a); } .cs-months i.none { background: var(--border-color); }
.cs-months span { font-size: 10px; color: var(--text-muted); line-height: 16px; }
.cs-stars { color: var(--gray-400, #c0c6cc); letter-spacing: 1px; } .cs-stars b { color: var(--yellow-500, #d6932e); }
.cs-customer li { display: grid; grid-template-columns: 130px 1fr; gap: 10px; padding: 2px 0; }
.cs-customer time { color: var(--text-muted); font-variant-numeric: tabular-nums; }
.cs-customer li span { overflow-wrap: anywhere; }
@media (max-width: 900px) { .cs-cards { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 600px) { .cs-numbers { grid-template-columns: repeat(2, minmax(0, 1fr)); }
	.cs-customer li { grid-template-columns: 1fr; gap: 0; } }
</style>`;
