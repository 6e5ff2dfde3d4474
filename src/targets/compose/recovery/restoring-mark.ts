/** The volume that is there while a project is being restored: what a killed run left is known by it. */
export const restoringMark = (project: string): string => `${project}_restoring`;
