using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PaymentGateway.Simulators.Engine;

/// <summary>The first answers of keyed requests, kept on the shelf with everything else.</summary>
internal sealed class KeptAnswers(Shelf shelf, SimulatedClock clock)
{
    private const string Kind = "_answers";

    private readonly Dictionary<string, string> working = new(StringComparer.Ordinal);

    internal abstract record Standing
    {
        /// <summary>Nobody used the key.</summary>
        internal sealed record Free : Standing;

        /// <summary>This very request was answered.</summary>
        internal sealed record Answered(Reply Reply) : Standing;

        /// <summary>This very request is being worked on.</summary>
        internal sealed record InUse : Standing;

        /// <summary>Another request had the key.</summary>
        internal sealed record Reused : Standing;
    }

    public Standing Take(string key, Call call)
    {
        var print = Print(call);
        if (working.TryGetValue(key, out var other))
            return other == print ? new Standing.InUse() : new Standing.Reused();
        if (shelf.Find(Kind, key) is not { } kept || kept["until"]?.GetValue<long>() <= clock.UnixSeconds)
        {
            working[key] = print;
            return new Standing.Free();
        }
        return kept["print"]!.GetValue<string>() == print
            ? new Standing.Answered(new(kept["status"]!.GetValue<int>(), kept["json"]?.DeepClone()))
            : new Standing.Reused();
    }

    /// <summary>The work is done; an answer that is not kept leaves the key free.</summary>
    public void Finish(string key, Call call, Reply? reply)
    {
        working.Remove(key);
        if (reply is { Keep: true })
        {
            shelf.Put(Kind, key, new()
            {
                ["print"] = Print(call),
                ["status"] = reply.Status,
                ["json"] = reply.Json?.DeepClone(),
                ["until"] = reply.KeepFor is { } time ? clock.UnixSeconds + (long)time.TotalSeconds : null,
            });
        }
    }

    private static string Print(Call call)
    {
        var head = Encoding.UTF8.GetBytes($"{call.Method} {call.Path}\n");
        return Convert.ToHexStringLower(SHA256.HashData([.. head, .. call.Raw.Span]));
    }
}
