// The KQL language service is transpiled from C# into scripts that look for `global`, as in Node; in a worker it has another name.
Object.assign(globalThis, { global: globalThis });
