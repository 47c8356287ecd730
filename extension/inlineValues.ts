/** While the debugger stands in a thread of a scenario, its variables are shown beside the lines that name them. */
import * as vscode from 'vscode';
import { variablesBefore } from './scenarioVariables';

export class ScenarioInlineValues implements vscode.InlineValuesProvider {
	provideInlineValues(
		document: vscode.TextDocument,
		viewPort: vscode.Range,
		{ stoppedLocation }: vscode.InlineValueContext,
	): vscode.InlineValue[] {
		const names = variablesBefore(document.getText(), document.offsetAt(stoppedLocation.end));
		return names
			.map(({ name, offset }) => {
				const start = document.positionAt(offset);
				return new vscode.InlineValueVariableLookup(
					new vscode.Range(start, start.translate(0, name.length)),
					name,
					true,
				);
			})
			.filter(({ range }) => viewPort.contains(range));
	}
}
