export { type Comparison, compareRuns, comparisonReader, placeOf, RunComparer } from './compare';
export { escapeLabel } from './escape';
export { type ExportOptions, mermaidText } from './export';
export { escapePlantUml, plantUmlText } from './plantUml';
export { answerQuery, type Drawings } from './queries';
export { PAGE_SIZE } from './rows';
export { englishTexts, type SequenceTexts, sequenceTexts } from './texts';
export { defaultView, type Occasion, SequenceView } from './view';
