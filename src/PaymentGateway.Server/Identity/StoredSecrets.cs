using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>What became of a re-encryption.</summary>
/// <param name="Replaced">How many texts were sealed anew.</param>
/// <param name="Unreadable">Where a text stands that its key does not open: it was damaged, and is left as it is.</param>
/// <param name="Remaining">Ids of older keys that some text still needs.</param>
/// <param name="Unneeded">Ids of older keys in the ring that no text needs any more.</param>
/// <param name="RemovableFrom">From when on those may be removed: answers that are kept for repeats are sealed too.</param>
public sealed record Reencrypted(
    long Replaced, IReadOnlyList<string> Unreadable, IReadOnlyList<string> Remaining, IReadOnlyList<string> Unneeded, DateTimeOffset RemovableFrom);

/// <summary>All sealed texts of all areas together: which keys they need, and sealing them anew under the current one.</summary>
public sealed class StoredSecrets
{
    internal const string Advice =
        "Put that key back into ENCRYPTION_KEY, behind the new one (new:base64,old:base64); the command reencrypt says when it may be removed.";

    private const int BatchMax = 200;

    private readonly SealedStore store;
    private readonly IReadOnlyList<SealedColumn> columns;
    private readonly KeyRing ring;
    private readonly SecretVault vault;
    private readonly TimeProvider clock;

    internal StoredSecrets(SealedStore store, IEnumerable<SealedColumn> columns, KeyRing ring, SecretVault vault, TimeProvider clock) =>
        (this.store, this.columns, this.ring, this.vault, this.clock) = (store, [.. columns], ring, vault, clock);

    /// <exception cref="StartupException">Some text needs a key that the ring has not.</exception>
    public async Task RequireKeys(CancellationToken cancel)
    {
        foreach (var column in columns)
        {
            if ((await store.KeysOf(column, cancel)).FirstOrDefault(id => ring.Find(id) is null) is { } absent)
            {
                throw new StartupException(
                    $"Secrets in {column} are sealed under the key {absent}, which ENCRYPTION_KEY does not list (it lists {string.Join(", ", ring.Ids)}). {Advice}");
            }
        }
    }

    /// <summary>
    /// Seals everything under the current key, in small steps beside servers that work. Each step stands by itself: it may be stopped and
    /// begun again, or run twice at once.
    /// </summary>
    /// <param name="tell">Is told how far it is.</param>
    /// <param name="cancel">Stops it between two steps.</param>
    public async Task<Reencrypted> Reencrypt(Func<string, Task> tell, CancellationToken cancel)
    {
        await RequireKeys(cancel);
        var (replaced, unreadable, remaining) = (0L, new List<string>(), new HashSet<string>());
        foreach (var column in columns)
        {
            var (ofColumn, damaged) = await Reencrypt(column, tell, cancel);
            replaced += ofColumn;
            unreadable.AddRange(damaged.Select(key => $"{column} of {key}"));
            remaining.UnionWith((await store.KeysOf(column, cancel)).Where(IsOlder));
        }

        return new(
            replaced, unreadable, [.. remaining.Order(StringComparer.Ordinal)], [.. ring.Ids.Where(id => IsOlder(id) && !remaining.Contains(id))],
            clock.GetUtcNow() + Idempotency.Lifetime);
    }

    private async Task<(long Replaced, HashSet<string> Damaged)> Reencrypt(SealedColumn column, Func<string, Task> tell, CancellationToken cancel)
    {
        var (replaced, damaged) = (0L, new HashSet<string>());
        foreach (var keyId in (await store.KeysOf(column, cancel)).Where(IsOlder))
        {
            while (await store.Find(column, keyId, damaged, BatchMax, cancel) is { Count: > 0 } batch)
            {
                var (old, fresh) = Reseal(column, batch, damaged);
                replaced += await store.Replace(column, old, fresh, cancel);
                await tell($"{column}: {replaced} re-encrypted");
                cancel.ThrowIfCancellationRequested();
            }
        }

        return (replaced, damaged);
    }

    private (List<SealedText> Old, List<string> Fresh) Reseal(SealedColumn column, IReadOnlyList<SealedText> batch, HashSet<string> damaged)
    {
        var (old, fresh) = (new List<SealedText>(batch.Count), new List<string>(batch.Count));
        foreach (var one in batch)
        {
            var purpose = column.PurposeOf(one.Bound);
            try
            {
                fresh.Add(vault.Encrypt(purpose, vault.Decrypt(purpose, one.Text)));
                old.Add(one);
            }
            catch (SecretUnreadableException)
            {
                damaged.Add(one.Key);
            }
        }

        return (old, fresh);
    }

    private bool IsOlder(string keyId) => keyId != ring.Current.Id;
}
