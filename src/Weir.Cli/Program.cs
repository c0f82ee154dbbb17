await Console.Error.WriteLineAsync("weir: no command yet");
return 2;
