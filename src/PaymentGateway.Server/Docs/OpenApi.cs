using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Docs;

/// <summary>The description of the API, made from the endpoints and what they say of themselves.</summary>
internal static class OpenApi
{
    public const string DocumentName = "v1";

    private const string Basic = "basic";
    private const string KeyId = "apiKey";
    private const string KeySecret = "apiSecret";
    private const string Bearer = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, context, _) =>
        {
            Describe(document, context);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, context.JsonTypeInfo);
            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context)
    {
        document.Info = new()
        {
            Title = "PaymentGateway",
            Version = Event.ApiVersion,
            Description = "Orders, payments, webhooks. Amounts are JSON numbers in major units; times are ISO 8601 in UTC; ids sort by time. "
                + "See /docs/api-conventions.",
            License = new() { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        document.Servers = [new() { Url = context.ApplicationServices.GetRequiredService<PublicAddress>().Link("/").TrimEnd('/') }];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Basic] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "basic",
                Description = "The key pair: pk_… as user, sk_… as password. Servers only.",
            },
            [KeyId] = HeaderScheme("X-Api-Key", "The publishable half, pk_…"),
            [KeySecret] = HeaderScheme("X-Api-Secret", "The secret half, sk_…; together with X-Api-Key. Servers only."),
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "sk_… from a server; pk_… from a page, where an operation allows it; a person's access token, with X-Merchant-Id.",
            },
        };
    }

    private static OpenApiSecurityScheme HeaderScheme(string name, string meaning) =>
        new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = name, Description = meaning };

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        AddParameters(operation, metadata);
        AddSecurity(operation, metadata, context.Document!);
        AddExamples(operation, metadata);
        AddErrors(operation, metadata);
    }

    private static void AddParameters(OpenApiOperation operation, IList<object> metadata)
    {
        operation.Parameters ??= [];
        foreach (var query in metadata.OfType<OperationQuery>())
        {
            operation.Parameters.Add(Parameter(query.Name, ParameterLocation.Query, query.Meaning, JsonSchemaType.String));
        }

        if (metadata.OfType<OperationFilters>().LastOrDefault() is { } filters)
        {
            AddListParameters(operation, filters);
        }

        if (EndpointDescription.TakesIdempotencyKey(metadata))
        {
            operation.Parameters.Add(Parameter(Idempotency.Header, ParameterLocation.Header,
                "1 to 255 visible ASCII characters, a new one for each new request. A repeat within 24 hours is answered as the first was.",
                JsonSchemaType.String));
        }

        operation.Parameters.Add(Parameter(RequestId.Header, ParameterLocation.Header,
            "Your own id of the request; made when absent, and answered in any case.", JsonSchemaType.String));
    }

    private static void AddListParameters(OpenApiOperation operation, OperationFilters filters)
    {
        var limit = Parameter("limit", ParameterLocation.Query, $"How many, 1 to {ListQuery.LimitMax}.", JsonSchemaType.Integer);
        ((OpenApiSchema)limit.Schema!).Default = ListQuery.LimitDefault;
        operation.Parameters!.Add(limit);
        operation.Parameters.Add(Parameter("cursor", ParameterLocation.Query, "The nextCursor of the page before.", JsonSchemaType.String));
        foreach (var name in filters.Names)
        {
            var isTime = name.EndsWith("From", StringComparison.Ordinal) || name.EndsWith("To", StringComparison.Ordinal);
            var filter = Parameter(name, ParameterLocation.Query,
                name.EndsWith("From", StringComparison.Ordinal) ? "Only from this time on."
                    : isTime ? "Only before this time." : $"Only with this {name}.",
                JsonSchemaType.String);
            ((OpenApiSchema)filter.Schema!).Format = isTime ? "date-time" : null;
            operation.Parameters.Add(filter);
        }
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string meaning, JsonSchemaType type) =>
        new() { Name = name, In = place, Description = meaning, Schema = new OpenApiSchema { Type = type } };

    private static void AddSecurity(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        var requires = metadata.OfType<RequiresKey>().LastOrDefault();
        if (requires is null && !metadata.OfType<RequiresPerson>().Any())
        {
            operation.Security = [];
            return;
        }

        OpenApiSecurityRequirement Requirement(params string[] schemes)
        {
            var requirement = new OpenApiSecurityRequirement();
            foreach (var scheme in schemes)
            {
                requirement.Add(new OpenApiSecuritySchemeReference(scheme, document), []);
            }

            return requirement;
        }

        operation.Security = requires?.Kinds.Contains(KeyKind.Secret) == true
            ? [Requirement(Basic), Requirement(KeyId, KeySecret), Requirement(Bearer)]
            : [Requirement(Bearer)];
    }

    private static void AddExamples(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<OperationExample>().LastOrDefault() is not { } example)
        {
            return;
        }

        if (example.Request is not null)
        {
            foreach (var content in operation.RequestBody?.Content?.Values.OfType<OpenApiMediaType>() ?? [])
            {
                content.Example = JsonNode.Parse(example.Request);
            }
        }

        foreach (var (_, response) in operation.Responses!.Where(r => r.Key.StartsWith('2')))
        {
            foreach (var content in response.Content?.Values.OfType<OpenApiMediaType>() ?? [])
            {
                content.Example = JsonNode.Parse(example.Response);
            }
        }
    }

    private static void AddErrors(OpenApiOperation operation, IList<object> metadata)
    {
        var errors = metadata.OfType<OperationErrors>().LastOrDefault()?.Kinds ?? [];
        foreach (var group in errors.GroupBy(kind => kind.Status.ToString()))
        {
            var response = operation.Responses![group.Key];
            response.Description = string.Join(" · ", group.Select(kind => $"`{kind.Code}` {kind.Sentence}"));
            foreach (var content in response.Content?.Values.OfType<OpenApiMediaType>() ?? [])
            {
                content.Examples = group.ToDictionary(kind => kind.Code, IOpenApiExample (kind) => ExampleOf(kind));
            }
        }
    }

    private static OpenApiExample ExampleOf(ErrorKind kind) => new()
    {
        Summary = kind.Sentence,
        Description = kind.Advice,
        Value = JsonNode.Parse(Answer.Of(new Refusal(kind), "req_01kaf5w3v8e7x9qh2m4n6p8r0t").Body),
    };

    /// <summary>Types with a converter of their own say nothing about their JSON.</summary>
    private static void Describe(OpenApiSchema schema, JsonTypeInfo json)
    {
        var type = json.Type;
        var bare = Nullable.GetUnderlyingType(type);
        var orNull = bare is null ? default : JsonSchemaType.Null;
        switch (bare ?? type)
        {
            case var amount when amount == typeof(AmountText) || amount == typeof(Money):
                (schema.Type, schema.Description) =
                    (JsonSchemaType.Number | orNull, "In major units of the currency, with no more decimals than it has.");
                (schema.Properties, schema.Required) = (null, null);
                break;
            case var time when time == typeof(DateTimeOffset):
                (schema.Type, schema.Format) = (JsonSchemaType.String | orNull, "date-time");
                break;
            case var free when free == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(free):
                schema.Type = JsonSchemaType.Object | orNull;
                schema.AdditionalProperties = new OpenApiSchema();
                break;
            case var exact when exact == typeof(decimal):
                // Not a double: the digits are exact.
                schema.Format = null;
                break;
        }

        // What may be null may be left out: requests read it so, and answers do.
        schema.Required?.ExceptWith(json.Properties.Where(MayBeNull).Select(property => property.Name));
    }

    private static bool MayBeNull(JsonPropertyInfo property) =>
        property.IsGetNullable || property.IsSetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null;
}
