const tables = `
.s-table-frame { border: 1px solid #dddddd; border-radius: 8px; overflow: hidden; margin: 4px 0;
  display: inline-block; max-width: 100%; overflow-x: auto; }
.s-data { display: block; }
.s-table { border-collapse: collapse; font-size: 14px; line-height: 1.4; min-width: 240px; }
.s-data .s-table { width: 100%; }
.s-table caption { text-align: left; font-weight: 700; padding: 10px 12px;
  border-bottom: 1px solid #dddddd; }
.s-table th, .s-table thead td { text-align: left; font-weight: 700; background: #f8f8f8; }
.s-table th, .s-table td { padding: 7px 12px; border-bottom: 1px solid #ebeaeb; vertical-align: top;
  white-space: nowrap; }
.s-table th + th, .s-table td + td { border-left: 1px solid #ebeaeb; }
.s-data .s-table th + th, .s-data .s-table td + td { border-left: 0; }
.s-table tbody tr:last-child td { border-bottom: 0; }
.s-table .s-wrapped { white-space: normal; }
.s-table .s-right { text-align: right; }
.s-table .s-center { text-align: center; }
.s-block-markdown > .s-table { border: 1px solid #dddddd; margin: 0 0 8px; }
.s-table-footer { display: flex; justify-content: space-between; font-size: 13px; color: #616061;
  padding: 8px 12px; border-top: 1px solid #dddddd; }
`;

const plans = `
.s-plan { border: 1px solid #dddddd; border-radius: 12px; padding: 4px 14px; max-width: 600px; }
.s-plan summary { list-style: none; cursor: pointer; display: flex; align-items: center;
  padding: 8px 0; font-weight: 700; }
.s-plan summary::before, details.s-container > summary::before { content: ""; width: 7px; height: 7px;
  border: solid #616061; border-width: 0 2px 2px 0; transform: rotate(-45deg); margin: 0 12px 0 2px;
  flex: none; }
.s-plan[open] summary::before, details.s-container[open] > summary::before {
  transform: rotate(45deg); }
.s-plan-title { flex: 1; }
.s-plan-count { font-weight: 400; font-size: 13px; color: #616061; }
.s-task { display: flex; gap: 10px; padding: 5px 0; position: relative; }
.s-task:last-child { padding-bottom: 10px; }
.s-task + .s-task::before { content: ""; position: absolute; left: 7px; top: -8px; height: 12px;
  border-left: 2px solid #ebeaeb; }
.s-task-body { min-width: 0; flex: 1; }
.s-task-title { line-height: 1.35; }
.s-task-details { font-size: 13px; color: #616061; }
.s-task-details .s-pre { margin: 4px 0 0; }
.s-sources { display: flex; gap: 6px; flex-wrap: wrap; font-size: 12px; margin-top: 4px; }
.s-sources a { border: 1px solid #dddddd; border-radius: 12px; padding: 1px 8px; }
.s-status { width: 16px; height: 16px; border-radius: 50%; flex: none; margin-top: 2px;
  position: relative; background: #fff; }
.s-status.s-pending { border: 2px dashed #b8b8b8; }
.s-status.s-in_progress { border: 2px solid #d0e4f2; border-top-color: #1264a3;
  border-right-color: #1264a3; animation: s-turn 1s linear infinite; }
.s-status.s-complete { background: #007a5a; }
.s-status.s-complete::before { content: ""; position: absolute; left: 5px; top: 2px; width: 5px;
  height: 9px; border: solid #fff; border-width: 0 2px 2px 0; transform: rotate(45deg); }
.s-status.s-error { background: #e01e5a; }
.s-status.s-error::before { content: "!"; position: absolute; inset: 0; color: #fff;
  font: 900 12px/16px Lato, Arial, sans-serif; text-align: center; }
@keyframes s-turn { to { transform: rotate(360deg); } }
@media (prefers-reduced-motion: reduce) { .s-status.s-in_progress { animation: none; } }
.s-block-task_card { border: 1px solid #dddddd; border-radius: 12px; padding: 4px 14px;
  max-width: 600px; }
`;

const cards = `
.s-card { border: 1px solid #dddddd; border-radius: 12px; overflow: hidden; max-width: 360px;
  background: #fff; }
.s-card-content { padding: 12px 16px; }
.s-card-head { display: flex; gap: 10px; align-items: center; }
.s-card-title { font-weight: 700; }
.s-card-subtitle { font-size: 13px; color: #616061; }
.s-card-body { margin-top: 8px; }
.s-card-actions { display: flex; gap: 8px; margin-top: 12px; flex-wrap: wrap; }
.s-hero { height: 120px; border-radius: 0; }
.s-icon { width: 36px; height: 36px; flex: none; font-size: 8px; }
.s-icon span { overflow: hidden; }
.s-carousel { display: flex; gap: 12px; overflow-x: auto; padding-bottom: 4px; }
.s-carousel .s-card { flex: 0 0 260px; }
.s-container { border: 1px solid #dddddd; border-radius: 12px; max-width: 520px; }
.s-container.s-narrow { max-width: 360px; }
.s-container.s-wide, .s-container.s-full { max-width: none; }
.s-container-head { display: flex; align-items: center; gap: 10px; padding: 12px 16px; list-style: none; }
details.s-container > summary { cursor: pointer; }
details.s-container > summary::before { margin-right: 0; }
.s-container-words { min-width: 0; }
.s-container-body { padding: 0 16px 12px; }
.s-lined .s-container-head { border-bottom: 1px solid #dddddd; margin-bottom: 8px; }
.s-alert { display: flex; gap: 10px; padding: 12px 14px; border-radius: 8px; border: 1px solid #dddddd;
  background: #f8f8f8; }
.s-alert-sign { font-weight: 900; }
.s-alert.s-info { background: #e8f5fa; border-color: #b4dcee; }
.s-alert.s-info .s-alert-sign { color: #1264a3; }
.s-alert.s-warning { background: #fef6e0; border-color: #f2d58a; }
.s-alert.s-warning .s-alert-sign { color: #b36a00; }
.s-alert.s-error { background: #fdebf1; border-color: #f3b6cb; }
.s-alert.s-error .s-alert-sign { color: #e01e5a; }
.s-alert.s-success { background: #e6f4ef; border-color: #a9d8c6; }
.s-alert.s-success .s-alert-sign { color: #007a5a; }
.s-chart { border: 1px solid #dddddd; border-radius: 12px; padding: 12px 16px; max-width: 520px; }
.s-chart-row { display: grid; grid-template-columns: 130px 1fr 50px; gap: 10px; align-items: center;
  font-size: 13px; margin-top: 6px; }
.s-chart-row > :last-child { text-align: right; }
.s-track { background: #f4f4f4; border-radius: 4px; height: 12px; }
.s-bar { display: block; height: 100%; min-width: 2px; border-radius: 4px; background: #1264a3; }
`;

const frames = `
.s-message { display: grid; grid-template-columns: 36px 1fr; gap: 0 10px; padding: 8px 12px; }
.s-message.s-ephemeral { background: #f8f8f8; }
.s-only { grid-column: 2; font-size: 12px; color: #616061; margin-bottom: 2px; }
.s-avatar { width: 36px; height: 36px; border-radius: 8px; background: #5b7083; color: #fff;
  font-weight: 900; font-size: 18px; display: flex; align-items: center; justify-content: center;
  grid-column: 1; }
.s-avatar.s-app { background: #4a154b; }
.s-avatar.s-small { width: 28px; height: 28px; font-size: 15px; border-radius: 6px; flex: none; }
.s-body { min-width: 0; grid-column: 2; }
.s-head { display: flex; align-items: baseline; gap: 6px; line-height: 1.2; }
.s-name { font-weight: 900; }
.s-badge { font-size: 10px; font-weight: 700; color: #616061; background: rgba(29, 28, 29, 0.1);
  border-radius: 2px; padding: 1px 3px; align-self: center; line-height: 1.25; }
.s-time { font-size: 12px; color: #616061; }
.s-attachment { border-left: 4px solid #dddddd; border-radius: 4px 0 0 4px; padding: 0 0 0 12px;
  margin: 4px 0; }
.s-modal { width: 520px; max-width: 100%; border-radius: 12px; background: #fff;
  box-shadow: 0 0 0 1px rgba(29, 28, 29, 0.13), 0 18px 48px rgba(0, 0, 0, 0.25); }
.s-modal-head { display: flex; align-items: center; gap: 12px; padding: 18px 24px; }
.s-modal-title { font-size: 22px; font-weight: 900; line-height: 1.3; flex: 1; }
.s-cross { color: #616061; font-size: 18px; }
.s-modal-body { padding: 0 24px 4px; }
.s-modal-body .s-block { margin: 10px 0; }
.s-modal-body .s-block-input { margin: 10px 0 22px; }
.s-modal-foot { display: flex; justify-content: flex-end; gap: 12px; padding: 16px 24px 20px; }
.s-modal-foot .s-button { height: 36px; font-size: 15px; min-width: 80px; }
.s-home { border: 1px solid #dddddd; border-radius: 8px; background: #fff; }
.s-home-head { display: flex; gap: 8px; align-items: center; padding: 12px 20px 8px; font-size: 18px; }
.s-home-head b { font-weight: 900; }
.s-tabs { display: flex; gap: 20px; padding: 0 20px; border-bottom: 1px solid #dddddd;
  font-size: 13px; font-weight: 700; color: #616061; }
.s-tabs span { padding: 6px 0 8px; }
.s-tabs .s-current { color: #1d1c1d; box-shadow: inset 0 -2px #1264a3; }
.s-home-body { padding: 16px 20px 20px; }
`;

/** Tables, plans, cards, and what stands around a message or a view. */
export const groupStyles = `${tables}${plans}${cards}${frames}`;
