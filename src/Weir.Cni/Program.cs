using Weir.Cni;

return Plugin.Run(Environment.GetEnvironmentVariable, Console.OpenStandardInput(), Console.Out);
