using System.Text.RegularExpressions;
using Mono.Cecil;

namespace PaymentGateway.Tests.Architecture;

/// <summary>Reads compiled code and says, one sentence a place, where it breaks the rules of <see cref="Areas"/>.</summary>
internal static partial class HouseRules
{
    private static readonly HashSet<string> httpClients =
    [
        "System.Net.Http.HttpClient", "System.Net.Http.HttpMessageInvoker", "System.Net.Http.HttpMessageHandler",
        "System.Net.Http.SocketsHttpHandler", "System.Net.Http.HttpClientHandler", "System.Net.Http.IHttpClientFactory",
        "System.Net.WebClient", "System.Net.WebRequest",
    ];

    internal static IReadOnlyList<string> Broken(params AssemblyDefinition[] assemblies)
    {
        var uses = assemblies.SelectMany(CompiledCode.UsesOf).ToList();
        var texts = assemblies.SelectMany(CompiledCode.TextsOf);
        return
        [
            .. new[]
            {
                uses.SelectMany(Direction), Cycles(uses), uses.SelectMany(Internals), uses.SelectMany(HttpCalls),
                uses.SelectMany(SystemClock), uses.SelectMany(RealTime), uses.SelectMany(Decisions), texts.SelectMany(Sql),
            }.SelectMany(found => found).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The areas that stand in the way of each other, if what each may use is a circle.</summary>
    internal static IReadOnlyList<string>? Circle(ILookup<string, string> graph)
    {
        var done = new HashSet<string>();
        return graph.Select(area => area.Key).Select(area => From(area, [])).FirstOrDefault(circle => circle is not null);

        IReadOnlyList<string>? From(string area, List<string> path)
        {
            if (path.IndexOf(area) is >= 0 and var start)
            {
                return [.. path[start..], area];
            }

            if (done.Contains(area))
            {
                return null;
            }

            path.Add(area);
            var circle = graph[area].Select(next => From(next, path)).FirstOrDefault(found => found is not null);
            path.RemoveAt(path.Count - 1);
            done.Add(area);
            return circle;
        }
    }

    private static IEnumerable<string> Direction(Use use)
    {
        if (!Areas.MayUse.TryGetValue(use.User.Area!, out var allowed))
        {
            yield return $"The area {use.User.Area} of {use.User.FullOuter} is not in the table";
        }
        else if (Crosses(use) is { } other && !allowed.Contains(other.Area))
        {
            yield return $"{use.User.Area} may not use {other.Area}: {use.User.FullOuter} uses {other.FullOuter}";
        }
    }

    private static IEnumerable<string> Cycles(IEnumerable<Use> uses)
    {
        var graph = uses.Select(use => (use.User.Area, Crosses(use)?.Area)).Where(pair => pair.Item2 is not null).Distinct()
            .ToLookup(pair => pair.Item1!, pair => pair.Item2!);
        return Circle(graph) is { } circle ? [$"Areas use each other in a circle: {string.Join(" → ", circle)}"] : [];
    }

    /// <summary>Internal means "only my area", for a type and for a member of a public type.</summary>
    private static IEnumerable<string> Internals(Use use)
    {
        if (Crosses(use) is not { } other || TypeName.Outermost(use.Type).Resolve() is not { } type)
        {
            yield break;
        }

        if (!type.IsPublic)
        {
            yield return $"{use.User.FullOuter} uses {other.FullOuter}, which is internal to {other.Area}";
        }
        else if (IsInternal(use.Member))
        {
            yield return $"{use.User.FullOuter} uses {other.FullOuter}.{use.Member!.Name}, which is internal to {other.Area}";
        }
    }

    private static bool IsInternal(MemberReference? member) => member switch
    {
        MethodReference method => method.Resolve() is { } m && (m.IsAssembly || m.IsFamilyAndAssembly),
        FieldReference field => field.Resolve() is { } f && (f.IsAssembly || f.IsFamilyAndAssembly),
        _ => false,
    };

    private static IEnumerable<string> HttpCalls(Use use)
    {
        if (httpClients.Contains(use.Type.FullName) && !Areas.MayCallHttp(use.User))
        {
            yield return $"{use.User.FullOuter} calls out over HTTP";
        }
    }

    private static IEnumerable<string> SystemClock(Use use)
    {
        if (use.Type.FullName == "System.TimeProvider" && use.Member?.Name == "get_System" && !Areas.MayNameTheSystemClock(use.User))
        {
            yield return $"{use.User.FullOuter} names the system's clock instead of being given one";
        }
    }

    private static IEnumerable<string> RealTime(Use use)
    {
        if (use.Type.FullName == "System.TimeProvider" && use.Member?.Name == "GetUtcNow" && !Areas.MayAskTheRealTime(use.User))
        {
            yield return $"{use.User.FullOuter} asks for the real time instead of the merchant's";
        }
    }

    private static IEnumerable<string> Decisions(Use use)
    {
        if (Areas.Decides(use.User) && Areas.IsImpure(use.Type.FullName, use.Member?.Name))
        {
            yield return $"{use.User.FullOuter} decides, and touches {use.Type.FullName}";
        }
    }

    private static IEnumerable<string> Sql(Text text)
    {
        if (Statement().IsMatch(text.Value) && !Areas.MayHoldSql(text.User))
        {
            yield return $"{text.User.FullOuter} holds SQL: {Statement().Match(text.Value).Value.Trim()}…";
        }
    }

    /// <summary>The other area of a use, or null within one area and outside the server.</summary>
    private static TypeName? Crosses(Use use) =>
        TypeName.Of(use.Type) is { Area: not null } other && other.Area != use.User.Area ? other : null;

    [GeneratedRegex(@"^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w|DELETE\s+FROM\s|WITH\s+\w+\s+(\(|AS\s)|BEGIN\s*;|TRUNCATE\s|NOTIFY\s|LISTEN\s|(CREATE|ALTER|DROP)\s+\w+\s)")]
    private static partial Regex Statement();
}
