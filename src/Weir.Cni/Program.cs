await Console.Error.WriteLineAsync("weir-cni: no command yet");
return 1;
