using Mono.Cecil;

namespace PaymentGateway.Tests.Architecture;

/// <summary>A type of the server by its outermost type: what the compiler nests (closures, state machines) belongs to its author.</summary>
/// <param name="Area">Null: not of the server, or made by a code generator outside every area.</param>
internal sealed record TypeName(string? Area, string FullOuter)
{
    /// <summary>Without namespace and arity.</summary>
    public string Outer => FullOuter[(FullOuter.LastIndexOf('.') + 1)..].Split('`')[0];

    internal static TypeName Of(TypeReference type)
    {
        var outer = Outermost(type);
        return new(AreaOf(outer.Namespace, outer.Name), outer.FullName);
    }

    internal static TypeReference Outermost(TypeReference type)
    {
        var outer = type.GetElementType();
        while (outer.DeclaringType is not null)
        {
            outer = outer.DeclaringType;
        }

        return outer;
    }

    private static string? AreaOf(string space, string name)
    {
        var parts = space.Split('.');
        if (parts[0] != Areas.Root || parts is [_, "Tests", ..])
        {
            return null;
        }

        return parts.Length > 1 ? parts[1] : name == "Program" ? Areas.Hosting : Areas.Money;
    }
}
