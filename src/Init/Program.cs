using CrashShield.Init.Control;
using CrashShield.Init.Hooks;
using CrashShield.Init.Options;
using CrashShield.Init.Processes;
using CrashShield.Init.Upgrade;

namespace CrashShield.Init;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        try
        {
            // Before an upgrade the old image asks the new one.
            if (arguments is [SelfUpgrade.CheckOption, var format, .. var line])
                return SelfUpgrade.Check(format, line);
            return OptionParser.Parse(arguments) switch
            {
                { Text: { } text } => Print(text),
                { Client: { } command } => ControlClient.Run(command),
                { Run: { } options } => Run(options, arguments),
                _ => ExitCodes.Software,
            };
        }
        catch (InitException e)
        {
            Output.Log(e.Message);
            return e.ExitCode;
        }
        catch (SpawnException e)
        {
            Output.Log(e.Message);
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something that every machine has is missing here: a working directory, say.
            Output.Log(e.Message);
            return ExitCodes.OperatingSystem;
        }
    }

    private static int Print(string text)
    {
        Output.Print(text);
        return 0;
    }

    private static int Run(InitOptions options, string[] arguments)
    {
        try
        {
            var image = ProcessImage.Read(arguments);
            SignalMask.Block(image, StandardStreams.Repair);
            return new InitProcess(options, image, arguments.Length, TimeProvider.System).Run();
        }
        catch (Exception e) when (e is InitException or SpawnException)
        {
            TerminationLog.Write(e.Message);
            throw;
        }
    }
}
