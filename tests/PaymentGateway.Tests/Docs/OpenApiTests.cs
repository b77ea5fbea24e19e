using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Http;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Docs;

public sealed class OpenApiFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public JsonElement Document { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        using var client = new HttpClient { BaseAddress = Gateway.Address };
        Document = await client.GetJson("/openapi.json");
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

public sealed class OpenApiTests(OpenApiFixture fixture) : IClassFixture<OpenApiFixture>
{
    private readonly JsonElement document = fixture.Document;

    [Fact]
    public void The_description_is_OpenApi_3_1_with_every_way_to_authenticate()
    {
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("PaymentGateway", document.GetProperty("info").GetProperty("title").GetString());
        var schemes = document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal(["apiKey", "apiSecret", "basic", "bearer"], schemes.EnumerateObject().Select(scheme => scheme.Name).Order());
    }

    [Fact]
    public void Every_endpoint_of_the_api_is_described()
    {
        var routed = fixture.Gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"));
        Assert.Equal(routed.Order(), Operations().Select(o => $"{o.Method.ToUpperInvariant()} {o.Path}").Order());
    }

    [Fact]
    public void Every_operation_has_a_name_a_summary_and_a_description()
    {
        Assert.All(Operations(), operation => Assert.All(
            ["operationId", "summary", "description"],
            (string field) => Assert.True(operation.Value.TryGetProperty(field, out var text) && text.GetString()!.Length > 4, $"{operation} has no {field}")));
        Assert.Equal(Operations().Count, Operations().Select(o => o.Value.GetProperty("operationId").GetString()).Distinct().Count());
    }

    [Fact]
    public void Every_operation_lists_its_errors_with_their_shape()
    {
        foreach (var operation in Operations())
        {
            var refusals = operation.Value.GetProperty("responses").EnumerateObject().Where(r => r.Name[0] is '4' or '5').ToList();
            Assert.True(refusals.Count > 1, $"{operation} has no list of errors");
            foreach (var refusal in refusals)
            {
                var content = refusal.Value.GetProperty("content").GetProperty("application/json");
                Assert.Equal("#/components/schemas/ErrorBody", content.GetProperty("schema").GetProperty("$ref").GetString());
                Assert.All(content.GetProperty("examples").EnumerateObject(), example =>
                {
                    Assert.Equal(Errors.ByCode(example.Name).Status.ToString(), refusal.Name);
                    AssertFits(content.GetProperty("schema"), example.Value.GetProperty("value"), $"{operation} {example.Name}");
                });
            }
        }
    }

    [Fact]
    public void Every_operation_has_examples_that_fit_their_schemas()
    {
        foreach (var operation in Operations())
        {
            // The empty object needs no example, and the writer leaves it out.
            if (operation.Value.TryGetProperty("requestBody", out var body) && !body.ToString().Contains("schemas/EmptyBody", StringComparison.Ordinal))
            {
                AssertExample(body, $"{operation} request");
            }

            var answers = operation.Value.GetProperty("responses").EnumerateObject().Where(r => r.Name[0] == '2').ToList();
            Assert.NotEmpty(answers);
            Assert.All(answers, answer => AssertExample(answer.Value, $"{operation} {answer.Name}"));
        }
    }

    [Fact]
    public async Task Every_list_takes_the_filters_that_are_described_and_no_other()
    {
        using var client = fixture.Gateway.Client();
        // What belongs to a person is not for a key; SessionTests and JobsApiTests look at those lists.
        foreach (var operation in Operations().Where(o => Parameters(o.Value).Contains("cursor")
            && !o.Path.StartsWith("/api/auth/", StringComparison.Ordinal) && !o.Path.StartsWith("/api/admin/jobs", StringComparison.Ordinal)))
        {
            var path = operation.Path.Replace("{id}", "we_01kaf5w3v8e7x9qh2m4n6p8r0t", StringComparison.Ordinal);
            var (status, body, _) = await client.Call(HttpMethod.Get, $"{path}?nonsense=1");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            var known = body.GetProperty("error").GetProperty("details").GetProperty("fields").GetProperty("nonsense")[0].GetString()!.Split("known: ")[1];
            Assert.Equal(known.Split(", ").Order(), Parameters(operation.Value)
                .Where(name => name != "X-Request-Id" && !operation.Path.Contains($"{{{name}}}", StringComparison.Ordinal)).Order());
        }
    }

    [Fact]
    public void Posts_take_an_idempotency_key_and_all_take_a_request_id()
    {
        var without = Operations().Where(o => o.Method == "post" && !Parameters(o.Value).Contains("Idempotency-Key"));
        Assert.Equal(["abandonAttempt", "acceptInvitation", "changePassword", "checkBnplEligibility", "confirmEmail", "confirmSecondFactor", "createToken",
            "decideSandboxDispute", "disableSecondFactor", "enrolSecondFactor", "eraseMe", "explainRouting", "forgotPassword",
            "initiateCoursePayment", "inviteMember", "login", "logout", "logoutEverywhere", "openSandboxDispute", "receiveCourseWebhook",
            "receiveProcessorMessage", "receiveProcessorMessageOfAccount", "refreshSession", "register", "renewRecoveryCodes",
            "resendConfirmation", "resetPassword", "retryCoursePayment", "returnFromGatewayByForm", "revokeSandboxMandate", "runJob",
            "testPaymentConnection", "testProcessorAccount",
            "validateUpiAddress"],
            without.Select(o => o.Value.GetProperty("operationId").GetString()).Order());
        Assert.All(Operations(), operation => Assert.Contains("X-Request-Id", Parameters(operation.Value)));
    }

    [Fact]
    public void A_request_names_its_fields_and_an_amount_is_a_number()
    {
        var order = document.GetProperty("components").GetProperty("schemas").GetProperty("CreateOrderBody");
        Assert.False(order.TryGetProperty("required", out var required) && required.GetArrayLength() > 0);
        Assert.Empty(Faults(order.GetProperty("properties").GetProperty("amount"), JsonDocument.Parse("2716.67").RootElement, "amount"));
        Assert.NotEmpty(Faults(order.GetProperty("properties").GetProperty("amount"), JsonDocument.Parse("\"2716.67\"").RootElement, "amount"));
    }

    [Fact]
    public void The_check_of_examples_finds_what_does_not_fit()
    {
        var schema = JsonDocument.Parse("""{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"n":{"type":["null","integer"]}}}""").RootElement;
        Assert.Empty(Faults(schema, JsonDocument.Parse("""{"id":"a","n":null}""").RootElement, ""));
        Assert.Single(Faults(schema, JsonDocument.Parse("""{"n":1}""").RootElement, ""));
        Assert.Single(Faults(schema, JsonDocument.Parse("""{"id":1}""").RootElement, ""));
        Assert.Single(Faults(schema, JsonDocument.Parse("""{"id":"a","n":1.5}""").RootElement, ""));
        Assert.Single(Faults(schema, JsonDocument.Parse("""{"id":"a","more":1}""").RootElement, ""));
    }

    private void AssertExample(JsonElement message, string where)
    {
        var contents = message.GetProperty("content").EnumerateObject().Select(content => content.Value).ToList();
        Assert.NotEmpty(contents);
        Assert.All(contents, content =>
        {
            Assert.True(content.TryGetProperty("example", out var example), $"{where} has no example");
            AssertFits(content.GetProperty("schema"), example, where);
        });
    }

    private void AssertFits(JsonElement schema, JsonElement value, string where) => Assert.Empty(Faults(schema, value, where));

    /// <summary>As much of JSON Schema as the description uses; a field that the schema does not name is a fault.</summary>
    private List<string> Faults(JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!.Split('/')[^1];
            return Faults(document.GetProperty("components").GetProperty("schemas").GetProperty(name), value, where);
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            var tried = choices.EnumerateArray().Select(choice => Faults(choice, value, where)).ToList();
            return tried.Any(faults => faults.Count == 0) ? [] : tried[^1];
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)))
        {
            return [$"{where}: {value} is none of {words}"];
        }

        return schema.TryGetProperty("type", out var type) && !IsOf(type, value)
            ? [$"{where}: {value} is not {type}"]
            : value.ValueKind switch
            {
                JsonValueKind.Object => ObjectFaults(schema, value, where),
                JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(item => Faults(schema.GetProperty("items"), item, $"{where}[]"))],
                _ => [],
            };
    }

    private List<string> ObjectFaults(JsonElement schema, JsonElement value, string where)
    {
        var faults = new List<string>();
        if (schema.TryGetProperty("required", out var required))
        {
            faults.AddRange(required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{where}.{name} is missing"));
        }

        foreach (var property in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var known) && known.TryGetProperty(property.Name, out var sub))
            {
                faults.AddRange(Faults(sub, property.Value, $"{where}.{property.Name}"));
            }
            else if (!schema.TryGetProperty("additionalProperties", out _))
            {
                faults.Add($"{where}.{property.Name} is not in the schema");
            }
        }

        return faults;
    }

    private static bool IsOf(JsonElement type, JsonElement value)
    {
        var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()).ToList() : [type.GetString()];
        return value.ValueKind switch
        {
            JsonValueKind.Null => types.Contains("null"),
            JsonValueKind.True or JsonValueKind.False => types.Contains("boolean"),
            JsonValueKind.Number => types.Contains("number") || (types.Contains("integer") && value.TryGetInt64(out _)),
            JsonValueKind.String => types.Contains("string"),
            JsonValueKind.Array => types.Contains("array"),
            _ => types.Contains("object"),
        };
    }

    private static List<string> Parameters(JsonElement operation) =>
        [.. operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!)];

    private List<Operation> Operations() =>
        [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(method => method.Value.ValueKind == JsonValueKind.Object)
            .Select(method => new Operation(path.Name, method.Name, method.Value)))];

    private sealed record Operation(string Path, string Method, JsonElement Value)
    {
        public override string ToString() => $"{Method} {Path}";
    }
}
