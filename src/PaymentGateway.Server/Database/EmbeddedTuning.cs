namespace PaymentGateway.Database;

/// <summary>How the embedded server is run.</summary>
internal sealed record EmbeddedTuning(bool IsDurable, int ConnectionsMax)
{
    internal static readonly EmbeddedTuning Durable = new(IsDurable: true, ConnectionsMax: 150);

    /// <summary>For tests: a power cut may destroy the database.</summary>
    internal static readonly EmbeddedTuning Fleeting = new(IsDurable: false, ConnectionsMax: 500);

    // Only the socket, no TCP port: nobody else on the machine can even try the password. JIT off: it costs more than
    // our short statements take. The log keeps a week and then writes over itself.
    internal string ToConfiguration(string socketFolder) => $"""
        listen_addresses = ''
        port = 5432
        unix_socket_directories = '{socketFolder}'
        unix_socket_permissions = 0700
        max_connections = {ConnectionsMax}
        shared_buffers = 128MB
        fsync = {OnOff}
        synchronous_commit = {OnOff}
        full_page_writes = {OnOff}
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        logging_collector = on
        log_directory = 'log'
        log_filename = 'postgresql-%a.log'
        log_rotation_age = 1d
        log_rotation_size = 0
        log_truncate_on_rotation = on

        """;

    private string OnOff => IsDurable ? "on" : "off";
}
