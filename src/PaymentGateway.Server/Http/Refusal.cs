namespace PaymentGateway.Http;

/// <summary>
/// An expected "no": a rule, a limit, a wrong state, a decline. A value, never an exception inside the server.
/// </summary>
/// <param name="Kind">Its place in the catalogue.</param>
/// <param name="Message">The sentence for this very case; the catalogue's own when null.</param>
/// <param name="Details">Machine-readable facts: <c>fields</c>, <c>state</c>, <c>allowed</c>, <c>payment</c> …</param>
public sealed record Refusal(ErrorKind Kind, string? Message = null, IReadOnlyDictionary<string, object?>? Details = null)
{
    /// <summary>It hangs on something that is under way: the same may be taken in a moment.</summary>
    public bool IsForNow { get; init; }

    /// <summary>A refusal of one request field, in the shape <c>details.fields = { name: [sentence] }</c>.</summary>
    public static Refusal Field(string name, string sentence) => Field(Errors.ValidationFailed, name, sentence);

    /// <inheritdoc cref="Field(string, string)"/>
    public static Refusal Field(ErrorKind kind, string name, string sentence) =>
        Fields(kind, new Dictionary<string, List<string>> { [name] = [sentence] });

    /// <summary>A refusal of several request fields at once; the message names them all.</summary>
    public static Refusal Fields(ErrorKind kind, IReadOnlyDictionary<string, List<string>> fields) =>
        new(kind, string.Join(" ", fields.Select(field => $"{field.Key} {field.Value[0]}.")),
            new Dictionary<string, object?> { ["fields"] = fields });

    /// <summary>An illegal move of a state machine: names the state and the commands that are legal in it.</summary>
    public static Refusal InvalidState(string thing, string state, IEnumerable<string> allowed) =>
        new(Errors.InvalidState, $"The {thing} is {state}; this is not possible from there.",
            new Dictionary<string, object?> { ["state"] = state, ["allowed"] = allowed.ToArray() });
}

/// <summary>A value or a refusal: the one result type of the server.</summary>
public readonly record struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal) => (this.value, Refusal) = (value, refusal);

    public Refusal? Refusal { get; }

    public bool IsRefused => Refusal is not null;

    /// <summary>The value; asking for it on a refusal is a bug of the caller.</summary>
    public T Value => Refusal is null
        ? value!
        : throw new InvalidOperationException($"Refused with {Refusal.Kind.Code}; there is no value.");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
