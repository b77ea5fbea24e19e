namespace PaymentGateway.People;

/// <summary>How somebody is written to.</summary>
/// <param name="Language">One of those that letters are written in.</param>
public sealed record PersonCard(string UserId, string Name, string Email, string Language);

/// <summary>Names and addresses of people, for areas that write to them. Nothing of it may be kept where an erased person would stay.</summary>
public sealed class PersonDirectory
{
    private readonly UserStore users;

    internal PersonDirectory(UserStore users) => this.users = users;

    /// <summary>Null: there is no such person, or they were erased.</summary>
    public async Task<PersonCard?> Find(string userId, CancellationToken cancel) =>
        await users.Find(userId, cancel) is { Email: { } email, Name: { } name } user ? new(user.Id, name, email, user.Language) : null;
}
