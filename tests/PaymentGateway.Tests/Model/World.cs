using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model;

/// <summary>An answer of the server.</summary>
internal sealed record Reply(HttpStatusCode Status, JsonElement Body)
{
    public bool IsDone => Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted;

    /// <summary>The code of an error, or the number of the status.</summary>
    public string Word => IsDone ? $"{(int)Status}" : Body.GetProperty("error").GetProperty("code").GetString()!;

    /// <summary>The word with the status of the object.</summary>
    public override string ToString() =>
        IsDone && Body.TryGetProperty("status", out var status) ? $"{Word} {status.GetString()}" : Word;
}

/// <summary>One merchant in a sequence: what it can call, and what is known of it.</summary>
internal sealed class World : IDisposable
{
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> notes = [];
    private int sent;

    public World(Lane lane, Tenant tenant, string secret, Line line, Postman postman)
    {
        (Lane, Tenant, Line, Postman) = (lane, tenant, line, postman);
        (Shop, Colleague) = (Client(secret), lane.Client());
        line.NameOf = Name;
    }

    public Lane Lane { get; }

    public Tenant Tenant { get; }

    /// <summary>The merchant's test clock.</summary>
    public string ClockId { get; private set; } = "";

    public Line Line { get; }

    public Postman Postman { get; }

    public HttpClient Shop { get; }

    /// <summary>Another key of the shop, for what one may not do alone.</summary>
    public HttpClient Colleague { get; }

    public Rows Rows { get; } = new();

    public Books Books { get; } = new();

    public Trail Trail { get; } = new();

    /// <summary>Kinds and ids of what the last step changed, with all that it is part of.</summary>
    public IReadOnlyList<Row> Changed { get; private set; } = [];

    /// <summary>What time it is for the merchant.</summary>
    public DateTimeOffset Now => Lane.Gateway.Get<MerchantClocks>().Now(Tenant);

    /// <summary>No call goes wrong in this step, so what will come of it is certain.</summary>
    public bool IsCalm => Line.Mishaps.IsCalm;

    /// <summary>What the merchant has made for the sequence: another key, and a test clock.</summary>
    public void Meet(string otherSecret, string clockId)
    {
        Colleague.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", otherSecret);
        ClockId = clockId;
    }

    /// <param name="holds">What must be so.</param>
    /// <param name="otherwise">Put together only when it is not: almost all rules hold, and there are many.</param>
    public static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref Otherwise otherwise)
    {
        if (!holds)
        {
            throw new BrokenRuleException(otherwise.ToString());
        }
    }

    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenRuleException(otherwise);
        }
    }

    /// <summary>Names an object by its kind and number, so that two runs of one seed read the same.</summary>
    public string Name(string? id)
    {
        if (id is null || id.IndexOf('_', StringComparison.Ordinal) is not (> 0 and var end))
        {
            return id ?? "nothing";
        }

        // A resolver asks about several at once.
        lock (names)
        {
            if (!names.TryGetValue(id, out var name))
            {
                var prefix = id[..end];
                counts[prefix] = counts.GetValueOrDefault(prefix) + 1;
                names[id] = name = $"{prefix}#{counts[prefix]}";
            }

            return name;
        }
    }

    /// <summary>What a family keeps for itself between steps.</summary>
    public T Note<T>(string name, Func<T> make) where T : class
    {
        if (!notes.TryGetValue(name, out var note))
        {
            notes[name] = note = make();
        }

        return (T)note;
    }

    /// <summary>
    /// Calls the server. Often with an idempotency key, and then now and then once more: that must be answered with the same bytes.
    /// </summary>
    public async Task<Reply> Post(
        Random dice, string path, object body, string? behaviour = null, HttpClient? by = null, bool takesKey = true)
    {
        var key = takesKey && dice.Next(2) == 0 ? $"key-{++sent}" : null;
        var reply = await Send(by ?? Shop, path, body, key, behaviour);
        Require(reply.Word != "IDEMPOTENCY_IN_PROGRESS", $"the first POST {path} with its key was answered {reply.Body}");
        if (key is not null && dice.OneIn(5))
        {
            var again = await Send(by ?? Shop, path, body, key, behaviour);
            Require((again.Status, again.Body.GetRawText()) == (reply.Status, reply.Body.GetRawText()) || !IsKept(path, reply),
                $"POST {path} again with the same key: first {reply.Status} {reply.Body}, then {again.Status} {again.Body}");
        }

        return reply;
    }

    /// <summary>Takes note of what is new, then checks it as far as it hangs on no family.</summary>
    public void Take(News news)
    {
        foreach (var row in news.Rows)
        {
            Name(row.Id);
            Rows.Put(row);
        }

        Changed = news.Rows;
        Books.Add(news.Entries);
        Books.Check(news.Balances);
        Trail.Add(news.Audited, news.Facts);
    }

    /// <summary>The objects that the last step changed, found by what it changed.</summary>
    public IReadOnlyList<string> Touched(Func<Row, string?> idOf) => [.. Changed.Select(idOf).OfType<string>().Distinct()];

    /// <param name="orMore">As many more may be told.</param>
    public void RequireTold(string id, string name, int times, int orMore = 0)
    {
        var told = Trail.CountOf(id, name);
        Require(told >= times && told <= times + Math.Max(0, orMore), $"{name} of {Name(id)} was told {told} times and should be {times}");
    }

    /// <summary>What the audit trail knows last is what the row says.</summary>
    public void RequireTrail(Row row, string field, string expected)
    {
        var last = Trail.Last(row.Kind, row.Id, field);
        Require(last == $"\"{expected}\"", $"{Name(row.Id)} has {field} {expected}, its last audit row says {last ?? "nothing"}");
    }

    /// <param name="minor">In minor units of a currency with two decimals; the trail has major ones.</param>
    public void RequireTrail(Row row, string field, long minor)
    {
        var last = Trail.Last(row.Kind, row.Id, field);
        Require(last is not null && decimal.Parse(last, CultureInfo.InvariantCulture) == minor / 100m,
            $"{Name(row.Id)} has {field} {minor}, its last audit row says {last ?? "nothing"}");
    }

    public void Dispose()
    {
        Shop.Dispose();
        Colleague.Dispose();
    }

    private static async Task<Reply> Send(HttpClient client, string path, object body, string? key, string? behaviour)
    {
        var (status, json, response) = await client.Post(path, body, key, behaviour);
        response.Dispose();
        var reply = new Reply(status, json);
        Require(status < HttpStatusCode.InternalServerError || reply.Word == "GATEWAY_UNAVAILABLE", $"POST {path} was answered {(int)status} {json}");
        return reply;
    }

    /// <summary>
    /// What was refused before anything began is not kept under its key: a decline is the end of an attempt, a balance's no is none, and a card that
    /// its bank has rejected before is refused without asking it again.
    /// </summary>
    private static bool IsKept(string path, Reply reply) => reply.IsDone
        || (reply.Status == HttpStatusCode.PaymentRequired && reply.Word != "CARD_AUTHENTICATION_REJECTED"
            && !path.EndsWith("/balance-transactions", StringComparison.Ordinal));

    private HttpClient Client(string secret)
    {
        var client = Lane.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }
}
