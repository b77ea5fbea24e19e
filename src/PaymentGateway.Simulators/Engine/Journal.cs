using System.Text.Json.Nodes;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Engine;

/// <summary>What a simulator saw: the last requests and every way in which one, or an answer of its own, broke the description.</summary>
internal sealed class Journal(TimeProvider clock)
{
    private const int RequestsMax = 1_000;
    private const int ViolationsMax = 1_000;

    private readonly Lock gate = new();
    private readonly Queue<JsonObject> requests = [];
    private readonly Queue<JsonObject> violations = [];
    private readonly SortedDictionary<string, long> calls = new(StringComparer.Ordinal);

    /// <summary>How many violations there were in requests since the start or the last reset.</summary>
    public long RequestViolations { get; private set; }

    /// <summary>How many there were in answers: a mistake of the simulator.</summary>
    public long AnswerViolations { get; private set; }

    public void Request(Call call, int status, string? fault)
    {
        lock (gate)
        {
            var name = call.Operation?.Name ?? $"{call.Method} {call.Path}";
            calls[name] = calls.GetValueOrDefault(name) + 1;
            Keep(requests, RequestsMax, new()
            {
                ["at"] = At(),
                ["method"] = call.Method,
                ["path"] = call.Path,
                ["operation"] = call.Operation?.Name,
                ["status"] = status,
                ["fault"] = fault,
            });
        }
    }

    public void Violated(Call call, string side, IReadOnlyList<Violation> found)
    {
        lock (gate)
        {
            if (side == "request")
                RequestViolations += found.Count;
            else
                AnswerViolations += found.Count;
            foreach (var one in found)
            {
                Keep(violations, ViolationsMax, new()
                {
                    ["at"] = At(),
                    ["side"] = side,
                    ["operation"] = call.Operation?.Name,
                    ["kind"] = $"{one.Kind}".ToLowerInvariant(),
                    ["field"] = one.Path,
                    ["message"] = one.Message,
                });
            }
        }
    }

    private string At() => clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    private static void Keep(Queue<JsonObject> queue, int max, JsonObject entry)
    {
        queue.Enqueue(entry);
        if (queue.Count > max)
            queue.Dequeue();
    }

    public JsonObject ToJson()
    {
        lock (gate)
        {
            return new()
            {
                ["requestViolations"] = RequestViolations,
                ["answerViolations"] = AnswerViolations,
                ["calls"] = new JsonObject(calls.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
                ["violations"] = new JsonArray([.. violations.Select(one => one.DeepClone())]),
                ["requests"] = new JsonArray([.. requests.Select(one => one.DeepClone())]),
            };
        }
    }
}
