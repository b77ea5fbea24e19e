using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace PaymentGateway.Monitoring;

/// <summary>Puts <see cref="SecretMask"/> behind every way in which the console can write a line, scopes and exceptions included.</summary>
public static class MaskedConsole
{
    /// <summary>After the console and its formatters were added.</summary>
    public static ILoggingBuilder MaskSecrets(this ILoggingBuilder logging)
    {
        var services = logging.Services;
        foreach (var plain in services.Where(service => service.ServiceType == typeof(ConsoleFormatter)).ToList())
        {
            var formatter = plain.ImplementationType
                ?? throw new InvalidOperationException("A console formatter is registered without its type, so that its lines cannot be masked.");
            services.Remove(plain);
            services.AddSingleton<ConsoleFormatter>(provider =>
                new MaskedFormatter((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, formatter)));
        }

        return logging;
    }
}

internal sealed class MaskedFormatter(ConsoleFormatter plain) : ConsoleFormatter(plain.Name), IDisposable
{
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var line = new StringWriter();
        plain.Write(in logEntry, scopeProvider, line);
        textWriter.Write(SecretMask.Apply(line.ToString()));
    }

    public void Dispose() => (plain as IDisposable)?.Dispose();
}
