// node:fs/promises, loaded when a file is written or removed: much comes with it that a start needs for nothing else.

export const filesystem = () => process.getBuiltinModule('node:fs/promises');
