using System.CommandLine;
using PaymentGateway.Settings;

namespace PaymentGateway.Hosting;

/// <summary><c>settings</c>: lists every variable that the server reads.</summary>
internal static class SettingsCommand
{
    public static Command Create()
    {
        var command = new Command("settings", "List the environment variables with their meaning and default.");
        command.SetAction(_ =>
        {
            foreach (var variable in ServerSettings.Describe())
            {
                Console.WriteLine($"{variable.Name}\n    {variable.Meaning}\n    default: {variable.Default}");
            }
        });
        return command;
    }
}
