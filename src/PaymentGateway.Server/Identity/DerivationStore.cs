using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Identity;

/// <summary>The one row of the derivation root.</summary>
internal sealed class DerivationStore(Db db)
{
    /// <summary>Keeps this one unless there is one.</summary>
    /// <returns>The one that is kept.</returns>
    public async Task<string> Keep(string sealedRoot, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO identity.derivation (name, sealed) VALUES ('root', @sealedRoot) ON CONFLICT (name) DO NOTHING",
            new { sealedRoot }, cancellationToken: cancel));
        return await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            "SELECT sealed FROM identity.derivation WHERE name = 'root'", cancellationToken: cancel))
            ?? throw new InvalidOperationException("The derivation root was taken away.");
    }
}
