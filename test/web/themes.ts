/** The editor's colours as a webview gets them: custom properties on the root element and a class on the body. */

export interface Theme {
	readonly className: string;
	readonly variables: Readonly<Record<string, string>>;
}

const font = { '--vscode-font-family': 'system-ui, Ubuntu, "Droid Sans", sans-serif', '--vscode-font-size': '13px' };

/** Values of the themes that VS Code ships. */
export const themes = {
	light: {
		className: 'vscode-light',
		variables: {
			...font,
			'--vscode-editor-background': '#ffffff',
			'--vscode-editor-foreground': '#3b3b3b',
			'--vscode-descriptionForeground': '#3b3b3b',
			'--vscode-panel-border': '#e5e5e5',
			'--vscode-editorWidget-background': '#f8f8f8',
			'--vscode-focusBorder': '#005fb8',
			'--vscode-errorForeground': '#c72e0f',
			'--vscode-icon-foreground': '#3b3b3b',
			'--vscode-charts-blue': '#0063d3',
			'--vscode-charts-green': '#388a34',
			'--vscode-charts-orange': '#d18616',
			'--vscode-charts-purple': '#652d90',
			'--vscode-charts-foreground': '#3b3b3b',
			'--vscode-editor-stackFrameHighlightBackground': '#ffff6673',
			'--vscode-debugIcon-breakpointCurrentStackframeForeground': '#be8700',
			'--vscode-dropdown-background': '#ffffff',
			'--vscode-dropdown-border': '#cecece',
			'--vscode-button-secondaryBackground': '#e5e5e5',
			'--vscode-button-secondaryForeground': '#3b3b3b',
			'--vscode-list-hoverBackground': '#f2f2f2',
			'--vscode-testing-iconPassed': '#388a34',
		},
	},
	dark: {
		className: 'vscode-dark',
		variables: {
			...font,
			'--vscode-editor-background': '#1f1f1f',
			'--vscode-editor-foreground': '#cccccc',
			'--vscode-descriptionForeground': '#9d9d9d',
			'--vscode-panel-border': '#2b2b2b',
			'--vscode-editorWidget-background': '#202020',
			'--vscode-focusBorder': '#0078d4',
			'--vscode-errorForeground': '#f85149',
			'--vscode-icon-foreground': '#cccccc',
			'--vscode-charts-blue': '#3794ff',
			'--vscode-charts-green': '#89d185',
			'--vscode-charts-orange': '#d18616',
			'--vscode-charts-purple': '#b180d7',
			'--vscode-charts-foreground': '#cccccc',
			'--vscode-editor-stackFrameHighlightBackground': '#ffff0033',
			'--vscode-debugIcon-breakpointCurrentStackframeForeground': '#ffcc00',
			'--vscode-dropdown-background': '#313131',
			'--vscode-dropdown-border': '#3c3c3c',
			'--vscode-dropdown-foreground': '#cccccc',
			'--vscode-button-secondaryBackground': '#313131',
			'--vscode-button-secondaryForeground': '#cccccc',
			'--vscode-list-hoverBackground': '#2a2d2e',
			'--vscode-testing-iconPassed': '#73c991',
		},
	},
	highContrast: {
		className: 'vscode-high-contrast',
		variables: {
			...font,
			'--vscode-editor-background': '#000000',
			'--vscode-editor-foreground': '#ffffff',
			'--vscode-descriptionForeground': '#ffffff',
			'--vscode-panel-border': '#6fc3df',
			'--vscode-editorWidget-background': '#0c141f',
			'--vscode-focusBorder': '#f38518',
			'--vscode-contrastBorder': '#6fc3df',
			'--vscode-contrastActiveBorder': '#f38518',
			'--vscode-errorForeground': '#f48771',
			'--vscode-icon-foreground': '#ffffff',
			'--vscode-charts-blue': '#3794ff',
			'--vscode-charts-green': '#89d185',
			'--vscode-charts-orange': '#d18616',
			'--vscode-charts-purple': '#b180d7',
			'--vscode-charts-foreground': '#ffffff',
			'--vscode-dropdown-background': '#000000',
			'--vscode-dropdown-border': '#6fc3df',
			'--vscode-dropdown-foreground': '#ffffff',
			'--vscode-button-secondaryBackground': '#000000',
			'--vscode-button-secondaryForeground': '#ffffff',
			'--vscode-button-border': '#6fc3df',
			'--vscode-testing-iconPassed': '#73c991',
		},
	},
} as const satisfies Record<string, Theme>;

export type ThemeName = keyof typeof themes;
