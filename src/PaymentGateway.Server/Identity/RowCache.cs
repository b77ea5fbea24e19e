using System.Collections.Concurrent;

namespace PaymentGateway.Identity;

/// <summary>
/// Remembers rows that every request needs, for a few seconds: longer would keep a revoked key alive on the other replicas.
/// Many callers that miss at once share one load. What is not found is not remembered, so strangers cannot fill the memory.
/// </summary>
public sealed class RowCache<TKey, TRow>(TimeProvider clock) where TKey : notnull where TRow : class
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<TKey, Entry> entries = new();

    /// <param name="load">Runs for all who wait, so it is not cancelled with one of them.</param>
    public async ValueTask<TRow?> Find(TKey key, Func<TKey, Task<TRow?>> load)
    {
        var now = clock.GetTimestamp();
        if (!entries.TryGetValue(key, out var entry) || IsOld(entry, now))
        {
            entry = entries.AddOrUpdate(key, _ => new(now, load), (_, known) => IsOld(known, now) ? new(now, load) : known);
        }

        try
        {
            var row = await entry.Row(key);
            if (row is null)
            {
                Forget(key, entry);
            }

            return row;
        }
        catch
        {
            Forget(key, entry);
            throw;
        }
    }

    /// <summary>After a change was committed: whoever asks from now on loads anew, also while an older load still runs.</summary>
    public void Forget(TKey key) => entries.TryRemove(key, out _);

    /// <inheritdoc cref="Forget(TKey)"/>
    public void Forget(Func<TRow, bool> which)
    {
        foreach (var (key, entry) in entries)
        {
            if (entry.Loaded is not { } row || which(row))
            {
                Forget(key, entry);
            }
        }
    }

    private bool IsOld(Entry entry, long now) => clock.GetElapsedTime(entry.LoadedAt, now) >= Life;

    private void Forget(TKey key, Entry entry) => entries.TryRemove(new(key, entry));

    private sealed class Entry(long loadedAt, Func<TKey, Task<TRow?>> load)
    {
        private readonly Lock once = new();
        private Task<TRow?>? task;

        public long LoadedAt => loadedAt;

        public TRow? Loaded => task is { IsCompletedSuccessfully: true } done ? done.Result : null;

        public Task<TRow?> Row(TKey key)
        {
            lock (once)
            {
                return task ??= load(key);
            }
        }
    }
}
