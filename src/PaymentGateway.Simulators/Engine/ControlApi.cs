using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Engine;

/// <summary>
/// How a test or a person tells a simulator to misbehave, and looks at what it saw: <c>/_control</c> on the simulator's own port.
/// </summary>
internal static class ControlApi
{
    public const string Root = "/_control";

    public static void MapControl(this IEndpointRouteBuilder app, Simulator simulator)
    {
        var world = simulator.World;
        var control = app.MapGroup(Root);
        control.MapGet("", async (CancellationToken cancel) => Json(await Overview(simulator, cancel)));
        control.MapGet("faults", () => Json(world.Faults.ToJson()));
        control.MapGet("journal", () => Json(world.Journal.ToJson()));
        control.MapGet("webhooks", () => Json(world.Outbox.ToJson()));
        control.MapGet("objects/{kind}", (string kind, CancellationToken cancel) => Objects(simulator, kind, cancel));
        control.MapPost("", (HttpRequest request) => Do(request, fields => Command(simulator, fields)));
        control.MapPost("faults", (HttpRequest request) => Do(request, fields => Task.FromResult<JsonNode>(world.Faults.Add(fields).ToJson())));
        control.MapDelete("faults", () => { world.Faults.Clear(); return Results.NoContent(); });
        control.MapDelete("faults/{id}", (string id) => world.Faults.Remove(id) ? Results.NoContent() : Results.NotFound());
    }

    // Other requests add to what is counted.
    private static Task<JsonObject> Overview(Simulator simulator, CancellationToken cancel) => simulator.Exclusively(() => new JsonObject
    {
        ["processor"] = simulator.Processor.Name,
        ["time"] = simulator.World.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ"),
        ["objects"] = new JsonObject(simulator.World.Shelf.Counts
            .Where(one => !one.Key.StartsWith('_')).Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        ["faults"] = simulator.World.Faults.ToJson(),
        ["requestViolations"] = simulator.World.Journal.RequestViolations,
        ["answerViolations"] = simulator.World.Journal.AnswerViolations,
        ["webhooksWaiting"] = simulator.World.Outbox.Waiting,
    }, cancel);

    private static async Task<IResult> Objects(Simulator simulator, string kind, CancellationToken cancel) =>
        Json(await simulator.Exclusively(() => new JsonArray([.. simulator.World.Shelf.List(kind)]), cancel));

    // { "do": "advance_clock", "seconds": 60 } · { "do": "release_webhooks" } · and what only this processor has.
    private static async Task<JsonNode> Command(Simulator simulator, JsonObject fields)
    {
        var name = fields["do"] is JsonValue value && value.TryGetValue<string>(out var written) ? written : throw new ControlException("'do' is required: the name of a command.");
        switch (name)
        {
            case "advance_clock":
                simulator.World.Clock.Advance(Seconds(fields));
                return await Overview(simulator, CancellationToken.None);
            case "release_webhooks":
                simulator.World.Outbox.Release();
                return await Overview(simulator, CancellationToken.None);
        }
        var reply = await simulator.Exclusively(() => simulator.Processor.Command(name, fields), CancellationToken.None);
        return reply?.Json ?? throw new ControlException($"{simulator.Processor.Name} has no command '{name}'.");
    }

    private static TimeSpan Seconds(JsonObject fields) =>
        fields["seconds"] is JsonValue value && value.TryGetValue<long>(out var seconds) && seconds is >= 0 and <= 10L * 366 * 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new ControlException("'seconds' must be a whole number from 0 to ten years.");

    private static async Task<IResult> Do(HttpRequest request, Func<JsonObject, Task<JsonNode>> work)
    {
        try
        {
            if (await JsonNode.ParseAsync(request.Body) is not JsonObject fields)
                throw new ControlException("Send a JSON object.");
            return Json(await work(fields));
        }
        catch (Exception mistaken) when (mistaken is ControlException or JsonException)
        {
            return Results.Text(new JsonObject { ["error"] = mistaken.Message }.ToJsonString(), Operation.Json, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), Operation.Json);
}
