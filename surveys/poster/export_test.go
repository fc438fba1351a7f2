package poster

// FileName for the tests.
var FileName = fileName
