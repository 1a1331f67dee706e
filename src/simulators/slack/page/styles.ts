import { groupStyles } from "./styles-groups.ts";

const texts = `
.slack { font: 400 15px/1.46668 Lato, "Slack-Lato", "Helvetica Neue", Arial, sans-serif;
  color: #1d1c1d; overflow-wrap: anywhere; }
.slack *, .slack *::before { box-sizing: border-box; }
.slack b { font-weight: 700; }
.s-block { margin: 4px 0; max-width: 680px; }
.s-block-header { font-size: 18px; font-weight: 700; line-height: 1.33; margin: 8px 0 4px; }
.s-divider { border: 0; border-top: 1px solid #dddddd; margin: 12px 0; }
.s-link { color: #1264a3; text-decoration: none; }
.s-link:hover { text-decoration: underline; }
.s-mention { background: rgba(29, 155, 209, 0.1); color: #1264a3; border-radius: 3px;
  padding: 0 2px 1px; }
.s-code { font: 12px/1.5 Monaco, Menlo, Consolas, "DejaVu Sans Mono", monospace; color: #c01343;
  background: rgba(29, 28, 29, 0.04); border: 1px solid rgba(29, 28, 29, 0.13); border-radius: 3px;
  padding: 2px 3px 1px; }
.s-code a { color: inherit; }
.s-pre { font: 12px/1.50001 Monaco, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: rgba(29, 28, 29, 0.04); border: 1px solid rgba(29, 28, 29, 0.13);
  border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; }
.s-quote { margin: 4px 0; padding: 0 0 0 16px; position: relative; }
.s-quote::before { content: ""; position: absolute; left: 0; top: 0; bottom: 0; width: 4px;
  border-radius: 8px; background: #dddddd; }
.s-line:empty { min-height: 1.46668em; }
.s-list { margin: 0; padding-left: 28px; }
.s-list li { padding-left: 2px; }
.s-list.s-bordered { border-left: 4px solid #dddddd; border-radius: 2px; }
.s-indent-1 { margin-left: 28px; list-style-type: circle; }
ol.s-indent-1 { list-style-type: lower-alpha; }
.s-indent-2 { margin-left: 56px; list-style-type: square; }
ol.s-indent-2 { list-style-type: lower-roman; }
${[3, 4, 5, 6, 7, 8].map((level) => `.s-indent-${level} { margin-left: ${level * 28}px; }`).join("\n")}
.s-swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 4px;
  border: 1px solid rgba(29, 28, 29, 0.13); vertical-align: -1px; }
.s-paragraph { margin: 0 0 8px; }
.s-heading { font-weight: 900; margin: 8px 0 4px; }
.s-heading-1 { font-size: 22px; }
.s-heading-2 { font-size: 18px; }
.s-heading-3 { font-size: 16px; }
`;

const layout = `
.s-block-section { display: flex; gap: 16px; align-items: flex-start; }
.s-words { flex: 1 1 auto; min-width: 0; }
.s-cells { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; margin: 4px 0; }
.s-accessory { flex: 0 0 auto; max-width: 45%; }
.s-block-actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; align-items: center; }
.s-block-context, .s-block-context_actions { display: flex; flex-wrap: wrap; gap: 4px 8px;
  align-items: center; font-size: 13px; line-height: 1.38463; color: #616061; }
.s-context-part { display: inline-flex; align-items: center; }
.s-block-context .s-context-part { display: inline; }
.s-block-context .s-thumbnail { width: 20px; height: 20px; border-radius: 4px; vertical-align: -5px; }
.s-block-context .s-thumbnail span { display: none; }
.s-picture { display: flex; align-items: center; justify-content: center; text-align: center;
  background: linear-gradient(135deg, #e8f0f5, #d3e1ea); color: #5b7083; font-size: 12px;
  line-height: 1.3; overflow: hidden; border-radius: 8px; }
.s-picture span { padding: 4px; max-height: 100%; }
.s-thumbnail { width: 88px; height: 88px; }
.s-image { width: 360px; max-width: 100%; height: 180px; }
.s-video { background: #1d1c1d; color: #fff; }
.s-image-title { font-size: 13px; color: #616061; margin-bottom: 4px; }
.s-label { font-weight: 700; margin-bottom: 8px; }
.s-optional { font-weight: 400; color: #616061; }
.s-hint { font-size: 13px; color: #616061; margin-top: 4px; }
.s-block-input { margin: 8px 0 20px; }
`;

const controls = `
.s-button { font: 700 13px/1 Lato, "Helvetica Neue", Arial, sans-serif; color: #1d1c1d;
  background: #fff; border: 1px solid rgba(29, 28, 29, 0.3); border-radius: 8px; height: 30px;
  padding: 0 12px 1px; cursor: pointer; white-space: nowrap; min-width: 48px; }
.s-button:hover { background: #f8f8f8; box-shadow: 0 1px 3px rgba(0, 0, 0, 0.08); }
.s-button:disabled, .s-icon-button:disabled { cursor: default; }
.s-primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.s-primary:hover { background: #148567; }
.s-danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.s-danger:hover { background: #e23067; }
.s-icon-button { border: 0; background: none; border-radius: 6px; font-size: 15px; padding: 4px 6px;
  cursor: pointer; color: #616061; }
.s-icon-button:hover { background: rgba(29, 28, 29, 0.06); }
.s-select, .s-field { font: 400 14px/1.4 Lato, "Helvetica Neue", Arial, sans-serif; color: #1d1c1d;
  background: #fff; border: 1px solid rgba(29, 28, 29, 0.3); border-radius: 8px; height: 30px;
  padding: 0 10px; max-width: 100%; }
.s-select:disabled, .s-field:disabled { color: #454245; opacity: 1; background: #fff; }
.s-select[multiple] { height: auto; min-height: 64px; padding: 4px; }
.s-search { min-width: 180px; }
.s-block-input .s-select, .s-block-input .s-field { width: 100%; height: 36px; font-size: 15px; }
.s-block-input .s-select[multiple], .s-block-input .s-area { height: auto; }
.s-area { padding: 8px 10px; resize: vertical; }
.s-block-input .s-date, .s-block-input .s-time, .s-block-input .s-datetime-local { width: auto; }
.s-file { padding: 6px 10px; }
.s-choices { display: grid; gap: 6px; }
.s-choice { display: flex; gap: 8px; align-items: flex-start; }
.s-choice input { margin: 3px 0 0; width: 16px; height: 16px; accent-color: #007a5a; flex: none; }
.s-description { display: block; font-size: 13px; color: #616061; }
.s-overflow { position: relative; display: inline-block; }
.s-overflow summary { list-style: none; display: inline-flex; align-items: center;
  justify-content: center; min-width: 38px; padding: 0 8px; }
.s-menu { position: absolute; right: 0; z-index: 1; background: #fff; min-width: 180px; padding: 8px 0;
  border-radius: 8px; box-shadow: 0 0 0 1px rgba(29, 28, 29, 0.13), 0 4px 12px rgba(0, 0, 0, 0.12); }
.s-item { display: block; width: 100%; text-align: left; border: 0; background: none; font: inherit;
  padding: 4px 16px; cursor: pointer; }
.s-item:hover { background: #1264a3; color: #fff; }
`;

/** The stylesheet for everything that is rendered here, inside an element of the class `slack`. */
export const blockStyles = `${texts}${layout}${controls}${groupStyles}`;
